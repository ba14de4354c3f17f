import { orCancelled } from "../concurrency/abort.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";

/** Longer than this takes only a process that hangs in the kernel. */
const END_TIMEOUT_MS = 60_000;

/**
 * Waits for what ends a machine, but not for ever: a process that was killed and hangs in the kernel runs nothing any more,
 * and goes when it can. Gives whether it has ended; what is left to do goes on. Throws what `ending` does.
 */
export async function endInTime(ending: Promise<void>): Promise<boolean> {
  const deadline = AbortSignal.timeout(END_TIMEOUT_MS);
  try {
    await orCancelled(ending, deadline, "ending a process");
    return true;
  } catch (error) {
    if (!deadline.aborted) throw error;
    return false;
  }
}

/** Disposes of a machine in that time. What its process does after, and what fails then, is told to `onError`. */
export async function endMachine(
  machine: AsyncDisposable & { readonly record: SandboxRecord },
  onError: (error: unknown) => void,
): Promise<void> {
  const ending = Promise.resolve(machine[Symbol.asyncDispose]());
  if (await endInTime(ending)) return;
  const { id, pid } = machine.record;
  onError(new Error(`process ${pid} of ${id} was killed, and does not end: it hangs in the kernel`));
  void ending.catch(onError);
}
