import { randomBytes } from "node:crypto";
import { ForkdError } from "@forkd/contract";
import type { CallOptions, ForkIdentity, ForkReport } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Refusal } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { quoteGuestText } from "../connection/protocol-error.ts";
import type { Deadlines } from "../default-deadlines.ts";
import { estimateOffsetAfterSet, stampNow, toRealtimeNs, worstOffset } from "./clock.ts";
import { describeNetwork, joinedSchema, requireJoined } from "./network.ts";
import { MAX_CLOCK_ERROR_MS, clockSchema, correctClock } from "./set-clock.ts";

/**
 * How far ahead the first setting is: about the time that a cold, emulated guest takes to come to it. A faster guest is
 * ahead by no more than this, which the promise allows, and most forks need no second request.
 */
export const FIRST_LEAD_MS = 35;
const ENTROPY_BYTES = 256;

const nameSchema = z.string().max(256).transform(quoteGuestText);
export const forkSchema = clockSchema.extend({
  reseeded: z.array(nameSchema).max(64),
  network: joinedSchema,
  hooks: z.array(z.object({ name: nameSchema, exit_code: z.number().int() })).max(1024),
  ended: z
    .array(z.object({ context: nameSchema, why: nameSchema }))
    .max(64)
    .default([]),
});

/**
 * `POST /fork`, and `POST /clock` until the guest's wall clock is known to be right. Throws `fork_contract_failed`
 * with the step that the guest could not do.
 */
export async function applyFork(
  session: AgentSession,
  identity: ForkIdentity,
  deadlines: Deadlines,
  options: CallOptions,
): Promise<ForkReport> {
  const stamp = stampNow();
  const reply = await callJson(session, {
    request: "POST /fork",
    method: "POST",
    path: "/fork",
    body: describeFork(identity, toRealtimeNs(stamp, FIRST_LEAD_MS)),
    schema: forkSchema,
    timeoutMs: deadlines.forkMs,
    signal: options.signal,
    explain: (refusal) => explainFailedStep(identity, refusal),
  });
  if (!reply.reseeded.includes("kernel")) {
    throw contractError(identity, "randomness", "the guest did not reseed its kernel's generator");
  }
  requireJoined(identity.network, reply.network);
  const first = estimateOffsetAfterSet(stamp, FIRST_LEAD_MS, reply.realtime_ns);
  const clock = await correctClock(session, first, {
    timeoutMs: deadlines.quickMs,
    patienceMs: deadlines.clockMs,
    signal: options.signal,
    explain: ({ message }) => contractError(identity, "clock", message),
  });
  if (worstOffset(clock) > MAX_CLOCK_ERROR_MS) {
    const why = `no request was quick enough to tell it: it may be ${worstOffset(clock).toFixed(0)} ms off`;
    throw contractError(identity, "clock", why);
  }
  const { reseeded, ended, hooks } = reply;
  return { clockOffsetMs: clock.offsetMs, clockErrorMs: clock.errorMs, reseeded, ended, hooks };
}

export function describeFork(identity: ForkIdentity, realtimeNs: string): object {
  return {
    sandbox_id: identity.sandboxId,
    child_index: identity.childIndex,
    hostname: identity.hostname,
    machine_id: identity.machineId,
    entropy: randomBytes(ENTROPY_BYTES).toString("base64"),
    realtime_ns: realtimeNs,
    env: identity.env,
    args: identity.args,
    files: identity.files,
    network: describeNetwork(identity.network),
  };
}

/** The agent names the step and what went wrong, as in `hostname: Operation not permitted`. */
function explainFailedStep(identity: ForkIdentity, { message }: Refusal): ForkdError {
  const [step = "", ...why] = message.split(": ");
  if (why.length === 0) return contractError(identity, "POST /fork", message);
  return contractError(identity, step, why.join(": "));
}

function contractError(identity: ForkIdentity, step: string, why: string): ForkdError {
  return new ForkdError("fork_contract_failed", { id: identity.sandboxId, step, why });
}
