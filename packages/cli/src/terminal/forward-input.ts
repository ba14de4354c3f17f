import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";

const GONE: readonly string[] = ["guest_process_not_found", "sandbox_not_found", "sandbox_dead"];

/** Whether an error only says that the command has ended: its exit arrives by itself. */
export function isGone(error: unknown): boolean {
  return isForkdApiError(error) && GONE.includes(error.code);
}

/**
 * Sends our standard input to a command as it comes; its end closes the command's. Disposal stops it and closes our
 * input, so that the process can end. A failure other than the command's end goes to `onFailure`.
 */
export function forwardInput(sandbox: Sandbox, pid: number, onFailure: (error: unknown) => void): Disposable {
  const stop = new AbortController();
  sandbox.writeStdin(pid, process.stdin, { signal: stop.signal }).catch((error: unknown) => {
    if (!stop.signal.aborted && !isGone(error)) onFailure(error);
  });
  return {
    [Symbol.dispose]() {
      stop.abort();
      process.stdin.destroy();
    },
  };
}
