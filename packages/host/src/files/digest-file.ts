import { throwIfAborted } from "@forkd/core";
import { hashFile, openRegularFile } from "@forkd/posix";

/** The SHA-256 of a file in hex. Throws `cancelled`. */
export async function digestFile(path: string, { signal }: { signal: AbortSignal }): Promise<string> {
  const blame = (why: string): Error => new Error(`${path} ${why}`);
  await using file = await openRegularFile(path, blame);
  const { sha256 } = await hashFile(file, blame, () =>
    throwIfAborted(signal, `computing the digest of ${path}`),
  );
  return sha256;
}
