import { ForkdError, METADATA_LIMITS, metadataKeySchema, metadataValueSchema } from "@forkd/contract";
import type { FileMetadata } from "../ports/guest-files.ts";

const { bytes: MAX_BYTES, prefixBytes } = METADATA_LIMITS;

/** Throws `invalid_request` for what a file cannot have, and for any of a file that is not written whole. */
export function requireMetadata(
  metadata: FileMetadata | undefined,
  { isPart }: { readonly isPart: boolean },
): void {
  if (metadata === undefined) return;
  const fault =
    findFault(Object.entries(metadata)) ?? (isPart ? "is of a file that is written whole" : undefined);
  if (fault !== undefined)
    throw new ForkdError("invalid_request", { issues: [{ path: "metadata", message: fault }] });
}

function findFault(pairs: readonly (readonly [string, string])[]): string | undefined {
  let bytes = 0;
  for (const [key, value] of pairs) {
    const { error } = metadataKeySchema.safeParse(key);
    const wrong = error ?? metadataValueSchema.safeParse(value).error;
    if (wrong !== undefined) return wrong.issues[0]?.message;
    bytes += prefixBytes + key.length + value.length;
  }
  return bytes > MAX_BYTES
    ? `must be at most ${MAX_BYTES} bytes in all, with ${prefixBytes} for each key`
    : undefined;
}
