import { setTimeout as delay } from "node:timers/promises";
import { ForkdError } from "@forkd/contract";

/** Throws `cancelled`, naming the stage, once the caller has gone. */
export function throwIfAborted(signal: AbortSignal, stage: string): void {
  if (signal.aborted) throw new ForkdError("cancelled", { stage }, { cause: signal.reason });
}

/** Sleeps, and throws `cancelled` when the caller goes meanwhile. */
export async function sleep(ms: number, stage: string, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((cause: unknown) => {
    throw new ForkdError("cancelled", { stage }, { cause });
  });
}

/** The caller's signal, or a time-out in milliseconds, whichever is first. */
export function withTimeout(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}
