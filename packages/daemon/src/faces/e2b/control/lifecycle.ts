import type { SandboxId, SandboxInfo } from "@forkd/contract";
import type { Services } from "../../../services.ts";
import { connectBody, pauseBody, refreshBody, resumeBody, timeoutBody } from "./bodies.ts";
import { serve } from "./e2b-call.ts";
import type { E2bReply, E2bRequest } from "./e2b-call.ts";
import { networkUpdateBody, toEgress } from "./network.ts";
import { NETWORK_REFUSALS } from "../refusals/network-refusals.ts";
import { refusal } from "../refusals/refusal.ts";
import { sandboxParams } from "./paths.ts";
import { requireListed, toLifetime } from "./sandboxes.ts";
import { describeAccess, isPaused } from "./views.ts";

/** How long sandboxes live, and how they rest. */
export const LIFECYCLE_CALLS = [
  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/timeout"],
    sdk: "sandbox.setTimeout",
    params: sandboxParams,
    body: timeoutBody,
    status: 204,
    async handle(services, request) {
      await look(services, request);
      await setLifetime(services, request, request.body.timeout);
      return {};
    },
  }),

  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/refreshes"],
    sdk: "(keeping alive, before 1.0)",
    params: sandboxParams,
    body: refreshBody,
    status: 204,
    async handle(services, request) {
      await extend(services, request, await look(services, request), request.body.duration);
      return {};
    },
  }),

  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/pause"],
    sdk: "sandbox.pause",
    params: sandboxParams,
    body: pauseBody,
    status: 204,
    hasOwnConflict: true,
    async handle(services, request) {
      const info = await look(services, request);
      if (isPaused(info)) return alreadyIs(info);
      if (request.body.requireHealthyGuest) await requireAnswer(services, request);
      await services.operations.suspendSandbox(request.caller, { id: info.id }, request);
      return {};
    },
  }),

  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/resume"],
    sdk: "Sandbox.resume (before 2.0)",
    params: sandboxParams,
    body: resumeBody,
    status: 201,
    async handle(services, request) {
      const info = await look(services, request);
      if (!isPaused(info)) return alreadyIs(info);
      const { caller, body, domain } = request;
      await services.operations.resumeSandbox(caller, { id: info.id }, request);
      await setLifetime(services, request, body.timeout);
      if (body.autoPause) await update(services, request, { on_timeout: "suspend" });
      return { body: await describeAccess(services, info, domain) };
    },
  }),

  serve({
    method: "POST",
    paths: ["/sandboxes/:sandboxID/connect", "/v2/sandboxes/:sandboxID/connect"],
    sdk: "Sandbox.connect",
    params: sandboxParams,
    body: connectBody,
    status: 200,
    async handle(services, request) {
      const info = await look(services, request);
      const { caller, body, domain } = request;
      if (isPaused(info)) {
        await services.operations.resumeSandbox(caller, { id: info.id }, request);
        await setLifetime(services, request, body.timeout);
      } else await extend(services, request, info, body.timeout);
      return { status: isPaused(info) ? 201 : 200, body: await describeAccess(services, info, domain) };
    },
  }),

  serve({
    method: "PUT",
    paths: ["/sandboxes/:sandboxID/network"],
    sdk: "sandbox.updateNetwork",
    params: sandboxParams,
    body: networkUpdateBody,
    status: 204,
    async handle(services, request) {
      const { network } = await look(services, request);
      const egress = toEgress(request.body);
      if (network.mode !== "none") await update(services, request, { network: { egress } });
      else if (egress !== "deny") throw refusal(NETWORK_REFUSALS["network: none"]);
      return {};
    },
  }),
];

type OneSandbox = E2bRequest<{ readonly sandboxID: SandboxId }, unknown, unknown>;

const look = async (
  { operations }: Services,
  { caller, params: { sandboxID: id }, ...options }: OneSandbox,
) => requireListed(await operations.describeSandbox(caller, { id }, options));

/** Throws what the guest's agent fails with. */
async function requireAnswer(
  { operations }: Services,
  { caller, params: { sandboxID: id }, ...options }: OneSandbox,
): Promise<void> {
  await operations.askGuest(caller, { id, as: "ping", question: (agent) => agent.ping(options) }, options);
}

function update(
  { operations }: Services,
  { caller, params: { sandboxID: id }, ...options }: OneSandbox,
  change: Parameters<Services["operations"]["updateSandbox"]>[1]["update"],
): Promise<SandboxInfo> {
  return operations.updateSandbox(caller, { id, update: change }, options);
}

function setLifetime(services: Services, request: OneSandbox, seconds: number): Promise<SandboxInfo> {
  return update(services, request, { ttl_secs: toLifetime(seconds) });
}

/** Makes a life longer, and never shorter. */
async function extend(
  services: Services,
  request: OneSandbox,
  info: SandboxInfo,
  seconds: number,
): Promise<void> {
  const { expires_at_unix: end } = info;
  if (end !== null && end < Date.now() / 1000 + seconds) await setLifetime(services, request, seconds);
}

/** E2B's clients take this for no failure. */
function alreadyIs({ id, status }: SandboxInfo): E2bReply {
  const code = 409;
  return { status: code, body: { code, message: `the sandbox ${id} is ${status} already` } };
}
