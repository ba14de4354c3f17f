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
export const MAX_CLOCK_CORRECTIONS = 8;

export const clockSchema = z.object({ realtime_ns: nanosecondsSchema });

interface ClockCall extends CallOptions {
  readonly timeoutMs: number;
  readonly explain?: (refusal: Refusal) => ForkdError;
}

/** `POST /clock`: sets the guest's wall clock to the host's, and gives what is known of it then. */
export async function setClock(session: AgentSession, call: ClockCall): Promise<ClockOffset> {
  return correctClock(session, await setOnce(session, 0, call), call);
}

/** Sets the clock again, ahead by half of the last round trip, while its error is too large. */
export async function correctClock(
  session: AgentSession,
  first: ClockOffset,
  call: ClockCall,
): Promise<ClockOffset> {
  let clock = first;
  for (let tries = 0; tries < MAX_CLOCK_CORRECTIONS && worstOffset(clock) > MAX_CLOCK_ERROR_MS; tries += 1) {
    clock = await setOnce(session, Math.min(clock.errorMs, MAX_CLOCK_ERROR_MS), call);
  }
  return clock;
}

async function setOnce(
  session: AgentSession,
  aheadMs: number,
  { timeoutMs, signal, explain }: ClockCall,
): Promise<ClockOffset> {
  const stamp = stampNow();
  const reply = await callJson(session, {
    request: "POST /clock",
    method: "POST",
    path: "/clock",
    body: { realtime_ns: toRealtimeNs(stamp, aheadMs) },
    schema: clockSchema,
    timeoutMs,
    signal,
    ...(explain && { explain }),
  });
  return estimateOffsetAfterSet(stamp, aheadMs, reply.realtime_ns);
}
