import type { ForkdError } from "@forkd/contract";
import { JsonError, parseJsonNow } from "@forkd/core";
import type { SnapshotManifest } from "@forkd/core";
import type { MakeError } from "@forkd/posix";
import { MANIFEST_LIMIT_BYTES, SNAPSHOT_FILES, snapshotManifestSchema } from "./manifest.ts";

/** Reads a manifest that somebody else wrote. Throws what `makeError` makes of one that is not as it must be. */
export function parseManifest(
  text: string,
  makeError: (file: string, why: string) => ForkdError,
): SnapshotManifest {
  const makeManifestError = (why: string): ForkdError => makeError(SNAPSHOT_FILES.manifest, why);
  const size = Buffer.byteLength(text);
  if (size > MANIFEST_LIMIT_BYTES)
    throw makeManifestError(`has ${size} bytes, more than ${MANIFEST_LIMIT_BYTES}`);
  const result = snapshotManifestSchema.safeParse(parseText(text, makeManifestError));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw makeManifestError(`is not valid: ${issue?.path.join(".") || "the document"}: ${issue?.message}`);
}

function parseText(text: string, makeError: MakeError): unknown {
  try {
    return parseJsonNow(Buffer.from(text));
  } catch (error) {
    if (error instanceof JsonError) throw makeError(error.message);
    throw error;
  }
}
