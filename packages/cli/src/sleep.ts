import { setTimeout as delay } from "node:timers/promises";

/** Waits, but not behind an abort: then it throws the signal's reason. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}
