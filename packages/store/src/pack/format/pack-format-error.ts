import { isForkdError } from "@forkd/contract";

/** Something in a pack is not as it must be. The message completes "… is not a pack that can be used: …". */
export class PackFormatError extends Error {
  override readonly name = "PackFormatError";
}

/**
 * The error for a stream that was decompressed or taken apart and broke: about the bytes, unless it comes of a system
 * call, an abort, or of ours.
 */
export function asFormatError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PackFormatError || isForkdError(error)) return error;
  if ("syscall" in error || error.name === "AbortError") return error;
  return new PackFormatError(`it cannot be read: ${error.message}`, { cause: error });
}
