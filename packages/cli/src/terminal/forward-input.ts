import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";

const GONE: readonly string[] = ["guest_process_not_found", "sandbox_not_found", "sandbox_dead"];

/** Whether an error only says that the command has ended: its exit arrives by itself. */
export function isGone(error: unknown): boolean {
  return isForkdApiError(error) && GONE.includes(error.code);
}

interface Forwarding {
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** Told of any failure but the command's end. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Sends our standard input to a command as it comes; its end closes the command's. Disposal stops it and closes our
 * input, so that the process can end; the command's stays open.
 */
export function forwardInput(
  sandbox: Sandbox,
  pid: number,
  { input = process.stdin, onFailure }: Forwarding,
): Disposable {
  const stop = new AbortController();
  sandbox.writeStdin(pid, input, { signal: stop.signal }).catch((error: unknown) => {
    if (!stop.signal.aborted && !isGone(error)) onFailure(error);
  });
  return {
    [Symbol.dispose]() {
      stop.abort();
      process.stdin.destroy();
    },
  };
}
