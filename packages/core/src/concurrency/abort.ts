import { setTimeout as delay } from "node:timers/promises";
import { ForkdError } from "@forkd/contract";

/** The signal of work that no caller can call off. */
export const NEVER = new AbortController().signal;

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

/** Waits for work that others may wait for too, but only until the signal aborts; then throws `cancelled`. */
export async function orCancelled<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
  stage: string,
): Promise<Value> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    throwIfAborted(signal, stage);
    await Promise.race([aborted.promise, work]);
    throwIfAborted(signal, stage);
    return await work;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
