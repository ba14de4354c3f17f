import { throwIfAborted } from "@forkd/core";

/** Waits for `work`, but only until the signal aborts; then throws `cancelled`. */
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
