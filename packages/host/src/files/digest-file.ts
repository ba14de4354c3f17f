import { throwIfAborted } from "@forkd/core";
import { hashFile, openRegularFile } from "@forkd/posix";

/** The SHA-256 of a file in hex. Throws `cancelled`. */
export async function digestFile(path: string, { signal }: { signal: AbortSignal }): Promise<string> {
  const makeError = (why: string): Error => new Error(`${path} ${why}`);
  await using file = await openRegularFile(path, makeError);
  const { sha256 } = await hashFile(file, makeError, () =>
    throwIfAborted(signal, `computing the digest of ${path}`),
  );
  return sha256;
}
