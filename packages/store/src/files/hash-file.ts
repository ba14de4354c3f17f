import type { FileHandle } from "node:fs/promises";
import { throwIfAborted } from "@forkd/core";
import { hashFile as hashWholeFile } from "@forkd/posix";
import type { MakeError, HashedFile } from "@forkd/posix";

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly makeError: MakeError;
  /** Told of each chunk, by its length. */
  readonly onBytes?: (count: number) => void;
}

/** SHA-256 of a whole file, holes read as zeros. Refuses a file that changes meanwhile. Throws `cancelled`. */
export function hashFile(
  handle: FileHandle,
  { signal, makeError, onBytes }: HashOptions,
): Promise<HashedFile> {
  return hashWholeFile(handle, makeError, (count) => {
    throwIfAborted(signal, "computing digests");
    onBytes?.(count);
  });
}
