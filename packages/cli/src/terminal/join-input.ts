import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import type { Terminal } from "./terminal.ts";

const GONE: readonly string[] = ["guest_process_not_found", "sandbox_not_found", "sandbox_dead"];

/** Whether an error only says that the command has ended: its exit arrives by itself. */
export function isGone(error: unknown): boolean {
  return isForkdApiError(error) && GONE.includes(error.code);
}

interface Joined {
  /** Ours, whose size is that of the command's from now on. */
  readonly terminal: Terminal | undefined;
  readonly input?: AsyncIterable<Uint8Array>;
  /** Told of any failure but the command's end. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Sends our input to a command of a guest as it comes, and the size of our terminal; the input's end closes the command's.
 * Disposal stops it and closes our input, so that the process can end; the command's stays open.
 */
export function joinInput(
  sandbox: Sandbox,
  pid: number,
  { terminal, input = process.stdin, onFailure }: Joined,
): Disposable {
  const stop = new AbortController();
  const onError = (error: unknown): void => {
    if (!stop.signal.aborted && !isGone(error)) onFailure(error);
  };
  terminal?.onResize((size) => void sandbox.resize(pid, size).catch(onError));
  sandbox.writeStdin(pid, input, { signal: stop.signal }).catch(onError);
  return {
    [Symbol.dispose]() {
      stop.abort();
      process.stdin.destroy();
    },
  };
}
