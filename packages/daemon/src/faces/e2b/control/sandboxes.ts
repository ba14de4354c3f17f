import { ForkdError, sandboxRequestSchema } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import { createBody } from "./bodies.ts";
import { chooseListed, listQuery } from "./choose-listed.ts";
import { serve } from "./e2b-call.ts";
import { toNetwork } from "./network.ts";
import { sandboxParams } from "./paths.ts";
import { describeAccess, describeDetail, describeListed, isListed } from "./views.ts";

/** Sandboxes: make, list, look at, end. */
export const SANDBOX_CALLS = [
  serve({
    method: "POST",
    paths: ["/sandboxes", "/v2/sandboxes"],
    sdk: "Sandbox.create",
    body: createBody,
    status: 201,
    async handle(services, { body, caller, signal, domain }) {
      const order = sandboxRequestSchema.parse({
        snapshot_tag: body.templateID,
        ttl_secs: toLifetime(body.timeout),
        on_timeout: body.autoPause ? "suspend" : "kill",
        auto_resume: body.autoResume?.enabled ?? false,
        labels: body.metadata ?? {},
        env: body.envVars ?? {},
        network: toNetwork(body),
        public_ports: body.network?.allowPublicTraffic ?? true,
      });
      const [made] = await services.operations.fork(caller, order, { signal, onProgress: () => {} });
      return { body: await describeAccess(services, made!, domain) };
    },
  }),

  serve({
    method: "GET",
    paths: ["/v2/sandboxes"],
    sdk: "Sandbox.list",
    query: listQuery,
    status: 200,
    async handle({ operations }, { query, caller, signal }) {
      const { items } = await operations.listSandboxes(caller, {}, { signal });
      const page = chooseListed(items, query);
      return { body: page.items.map(describeListed), nextToken: page.nextCursor };
    },
  }),

  serve({
    method: "GET",
    paths: ["/sandboxes"],
    sdk: "Sandbox.list (before 2.0)",
    query: listQuery,
    status: 200,
    async handle({ operations }, { query, caller, signal }) {
      const { items } = await operations.listSandboxes(caller, {}, { signal });
      const page = chooseListed(items, { ...query, state: ["running"], limit: items.length });
      return { body: page.items.map(describeListed) };
    },
  }),

  serve({
    method: "GET",
    paths: ["/sandboxes/:sandboxID"],
    sdk: "Sandbox.getInfo",
    params: sandboxParams,
    status: 200,
    async handle({ operations }, { params: { sandboxID: id }, caller, signal, domain }) {
      const info = requireListed(await operations.describeSandbox(caller, { id }, { signal }));
      return { body: describeDetail(info, domain) };
    },
  }),

  serve({
    method: "DELETE",
    paths: ["/sandboxes/:sandboxID"],
    sdk: "Sandbox.kill",
    params: sandboxParams,
    status: 204,
    async handle({ operations }, { params: { sandboxID: id }, caller, signal }) {
      const { status } = await operations.describeSandbox(caller, { id }, { signal });
      await operations.killSandbox(caller, { id }, { signal });
      if (status === "dead") throw new ForkdError("sandbox_not_found", { id });
      return {};
    },
  }),
];

/** A life of no seconds is over at once; ours are longer than that. */
export function toLifetime(seconds: number): number {
  return Math.max(seconds, 0.001);
}

/** Throws `sandbox_not_found` for what E2B would not list. */
export function requireListed(info: SandboxInfo): SandboxInfo {
  if (!isListed(info)) throw new ForkdError("sandbox_not_found", { id: info.id });
  return info;
}
