import type { FileHandle } from "node:fs/promises";
import { throwIfAborted } from "@forkd/core";
import { hashFile as hashWholeFile } from "@forkd/posix";
import type { Blame, HashedFile } from "@forkd/posix";

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly blame: Blame;
  /** Told of each chunk, by its length. */
  readonly onBytes?: (count: number) => void;
}

/** SHA-256 of a whole file, holes read as zeros. Blames a file that changes meanwhile. Throws `cancelled`. */
export function hashFile(handle: FileHandle, { signal, blame, onBytes }: HashOptions): Promise<HashedFile> {
  return hashWholeFile(handle, blame, (count) => {
    throwIfAborted(signal, "computing digests");
    onBytes?.(count);
  });
}
