import { branchRequestSchema, sandboxForkRequestSchema } from "@forkd/contract";
import { pageOf } from "@forkd/core";
import { z } from "zod";
import { forkBody, snapshotBody } from "./bodies.ts";
import { serve } from "./e2b-call.ts";
import { toE2bError } from "../e2b-error.ts";
import { forkSome } from "./fork-some.ts";
import { pageQuery, sandboxParams, templateParams } from "./paths.ts";
import { requireListed, toLifetime } from "./sandboxes.ts";
import { describeAccess, describeSnapshot, describeTemplate } from "./views.ts";

/** Forks and snapshots of sandboxes that run, and the templates that sandboxes are made from. */
export const SNAPSHOT_CALLS = [
  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/fork", "/v2/sandboxes/:sandboxID/fork"],
    sdk: "Sandbox.fork",
    params: sandboxParams,
    body: forkBody,
    status: 201,
    async handle(services, { params: { sandboxID: id }, body, caller, domain, signal }) {
      const { operations } = services;
      const source = requireListed(await operations.describeSandbox(caller, { id }, { signal }));
      const requestFor = (n: number) =>
        sandboxForkRequestSchema.parse({
          n,
          ttl_secs: toLifetime(body.timeout),
          on_timeout: source.on_timeout,
          auto_resume: source.auto_resume,
          labels: source.labels,
          network: { ...source.network, link: null },
          public_ports: source.public_ports,
          on_failure: "keep",
        });
      const { made, refused } = await forkSome(body.count, (n) =>
        operations.forkSandbox(caller, { id, request: requestFor(n) }, { signal, onProgress: () => {} }),
      );
      const results = made.map(async (child) => {
        if (child.status !== "dead") return { sandbox: await describeAccess(services, child, domain) };
        await operations.killSandbox(caller, { id: child.id }, { signal });
        return { error: { code: 500, message: child.died?.why ?? "it did not start" } };
      });
      const missing = Array.from({ length: body.count - made.length }, () => refused && toE2bError(refused));
      return { body: [...(await Promise.all(results)), ...missing.map((error) => ({ error }))] };
    },
  }),

  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/snapshots"],
    sdk: "sandbox.createSnapshot",
    params: sandboxParams,
    body: snapshotBody,
    status: 201,
    async handle({ operations }, { params: { sandboxID: id }, body: { name }, caller, signal }) {
      requireListed(await operations.describeSandbox(caller, { id }, { signal }));
      const request = branchRequestSchema.parse({ tag: name ?? undefined });
      const made = await operations.branchSandbox(caller, { id, request }, { signal, onProgress: () => {} });
      return { body: describeSnapshot(made) };
    },
  }),

  serve({
    method: "GET",
    paths: ["/snapshots"],
    sdk: "Sandbox.listSnapshots",
    query: pageQuery.extend({ sandboxID: z.string().optional(), name: z.string().optional() }),
    status: 200,
    async handle({ operations }, { query: { sandboxID, name, limit, nextToken: cursor }, caller, signal }) {
      const { items } = await operations.listSnapshots(caller, {}, { signal });
      const chosen = items.filter(
        ({ branched_from: from, tag }) =>
          from !== null &&
          (sandboxID === undefined || from === sandboxID) &&
          (name === undefined || tag === name),
      );
      const page = pageOf(chosen, { limit, cursor }, ({ tag }) => [tag]);
      return { body: page.items.map(describeSnapshot), nextToken: page.nextCursor };
    },
  }),

  serve({
    method: "GET",
    paths: ["/templates", "/v2/templates"],
    sdk: "(listing templates)",
    status: 200,
    async handle({ operations }, { caller, signal }) {
      const { items } = await operations.listSnapshots(caller, {}, { signal });
      return { body: items.map(describeTemplate) };
    },
  }),

  serve({
    method: "GET",
    paths: ["/templates/aliases/:templateID"],
    sdk: "Template.exists",
    params: templateParams,
    status: 200,
    async handle({ operations }, { params: { templateID: tag }, caller, signal }) {
      await operations.describeSnapshot(caller, { tag }, { signal });
      return { body: { templateID: tag, public: false } };
    },
  }),

  serve({
    method: "DELETE",
    paths: ["/templates/:templateID"],
    sdk: "Sandbox.deleteSnapshot",
    params: templateParams,
    status: 204,
    async handle({ operations }, { params: { templateID: tag }, caller, signal }) {
      await operations.removeSnapshot(caller, { tag }, { signal });
      return {};
    },
  }),
];
