import type { Sandbox } from "@forkd/sdk";
import { forwardInput, isGone } from "./forward-input.ts";
import type { Terminal } from "./terminal.ts";

interface Joined {
  /** Ours, whose size is that of the command's from now on. */
  readonly terminal: Terminal | undefined;
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** Told of any failure but the command's end. */
  readonly onFailure: (error: unknown) => void;
}

/** Joins our input, and our terminal, to a command of a guest, until disposal. */
export function joinInput(sandbox: Sandbox, pid: number, { terminal, input, onFailure }: Joined): Disposable {
  terminal?.onResize((size) => {
    sandbox.resize(pid, size).catch((error: unknown) => {
      if (!isGone(error)) onFailure(error);
    });
  });
  return forwardInput(sandbox, pid, { input, onFailure });
}
