import { ForkdError, isForkdError } from "@forkd/contract";
import { callJson } from "../connection/call.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { ping } from "./ping.ts";
import { HOST_CLOCK_STEP_MS } from "./clock.ts";
import { clockSchema, setClock } from "./set-clock.ts";
import type { ClockCall } from "./set-clock.ts";

/** What is less is left: the reading is hardly better. */
const NOTICEABLE_MS = 2;
/** The kernel makes up for half a millisecond in each second, adjtime(3): more would take too long. */
const MAX_SLEW_MS = 25;

/**
 * Has a guest's wall clock, which drifts, keep the host's time. It runs a little faster or slower for a while; where it is
 * surely off by more than drifting explains, or the agent is an older one, it is set.
 */
export async function keepClock(session: AgentSession, call: ClockCall): Promise<void> {
  const { clock_offset_ms: offsetMs, round_trip_ms: roundTripMs } = await ping(session, call.timeoutMs, call);
  // On a busy host most of what was read is the way there and back.
  const surelyMs = Math.abs(offsetMs) - (roundTripMs + HOST_CLOCK_STEP_MS) / 2;
  if (surelyMs <= 0 || Math.abs(offsetMs) <= NOTICEABLE_MS) return;
  const byMs = -Math.sign(offsetMs) * Math.min(Math.abs(offsetMs), MAX_SLEW_MS);
  if (surelyMs <= MAX_SLEW_MS && (await slewClock(session, byMs, call))) return;
  await setClock(session, call);
}

/** `POST /clock`. Gives false for an older agent, which can only set it. */
async function slewClock(session: AgentSession, byMs: number, call: ClockCall): Promise<boolean> {
  try {
    await callJson(session, {
      request: "POST /clock",
      method: "POST",
      path: "/clock",
      body: { slew_ns: String(Math.round(byMs * 1e6)) },
      schema: clockSchema,
      timeoutMs: call.timeoutMs,
      signal: call.signal,
      explain: explainOlder,
    });
    return true;
  } catch (error) {
    if (isForkdError(error) && error.code === "agent_outdated") return false;
    throw error;
  }
}

const explainOlder: Explain = ({ code }) =>
  code === "bad_request" ? new ForkdError("agent_outdated", { what: "slew its clock" }) : undefined;
