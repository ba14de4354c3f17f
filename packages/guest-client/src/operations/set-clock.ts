import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Refusal } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { estimateOffsetAfterSet, nanosecondsSchema, stampNow, toRealtimeNs, worstOffset } from "./clock.ts";
import type { ClockOffset } from "./clock.ts";

/** The contract promises 50 ms; what drifts or is delayed after the last reading has to fit as well. */
export const MAX_CLOCK_ERROR_MS = 40;
/** How many corrections follow each other at once. A host where none of them was quick enough is busy for a while. */
const QUICK_CORRECTIONS = 8;
const PAUSE_MS = 100;

/** The reply of `POST /clock`. */
export const clockSchema = z.object({ realtime_ns: nanosecondsSchema });

const ENTROPY_BYTES = 256;

export interface ClockCall extends CallOptions {
  /** What one request may take. */
  readonly timeoutMs: number;
  /** For how long the clock is corrected. */
  readonly patienceMs: number;
  readonly explain?: (refusal: Refusal) => ForkdError;
  /** For the kernel's pool, in base64. */
  readonly entropy?: string;
}

/**
 * `POST /clock`: sets the guest's wall clock to the host's, has its kernel's pool seeded anew, and gives what is known of
 * the clock then. An agent that is older sets the clock alone.
 */
export async function wakeGuest(session: AgentSession, call: ClockCall): Promise<ClockOffset> {
  const entropy = randomBytes(ENTROPY_BYTES).toString("base64");
  return correctClock(session, await setOnce(session, 0, { ...call, entropy }), call);
}

/** `POST /clock`: sets the guest's wall clock to the host's. */
export async function setClock(session: AgentSession, call: ClockCall): Promise<ClockOffset> {
  return correctClock(session, await setOnce(session, 0, call), call);
}

/** Sets the clock again, ahead by half of the last round trip, while its error is too large. */
export async function correctClock(
  session: AgentSession,
  first: ClockOffset,
  call: ClockCall,
): Promise<ClockOffset> {
  const end = performance.now() + call.patienceMs;
  let clock = first;
  for (let tries = 0; worstOffset(clock) > MAX_CLOCK_ERROR_MS && performance.now() < end; tries += 1) {
    // The next request tells of an abort.
    if (tries >= QUICK_CORRECTIONS) await delay(PAUSE_MS, undefined, { signal: call.signal }).catch(() => {});
    clock = await setOnce(session, Math.min(clock.errorMs, MAX_CLOCK_ERROR_MS), call);
  }
  return clock;
}

async function setOnce(
  session: AgentSession,
  aheadMs: number,
  { timeoutMs, signal, explain, entropy }: ClockCall,
): Promise<ClockOffset> {
  const stamp = stampNow();
  const reply = await callJson(session, {
    request: "POST /clock",
    method: "POST",
    path: "/clock",
    body: { realtime_ns: toRealtimeNs(stamp, aheadMs), entropy },
    schema: clockSchema,
    timeoutMs,
    signal,
    ...(explain && { explain }),
  });
  return estimateOffsetAfterSet(stamp, aheadMs, reply.realtime_ns);
}
