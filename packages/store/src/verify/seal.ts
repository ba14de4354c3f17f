import { join } from "node:path";
import type { ProgressOptions } from "@forkd/core";
import { inspectRegularFile, openRegularFile } from "@forkd/posix";
import type { HashedFile } from "@forkd/posix";
import { hashFile } from "../files/hash-file.ts";
import type { HashOptions } from "../files/hash-file.ts";
import { DIGESTING, byteProgress } from "./byte-progress.ts";
import type { Layer, LayerSet } from "./layer-verifier.ts";
import type { KnownDigest } from "./verified-record.ts";

/** Files that nothing may write to any more, and what they are. */
export interface SealedLayers {
  /** In the order of the names. */
  readonly layers: readonly (Layer & { readonly physicalBytes: number })[];
  /** By name. */
  readonly digests: ReadonlyMap<string, KnownDigest>;
}

/** QEMU 7.2 opens a memory file for writing even to map it privately. Everything else is read-only. */
const MODES: Readonly<Record<string, number>> = { memory: 0o600 };
const READ_ONLY = 0o400;

/**
 * Makes files read-only, puts them on the disk and computes their digests. Refuses a file that is missing, is not a
 * regular one, or is still being written.
 */
export async function sealLayers(
  { directory, makeError }: Pick<LayerSet, "directory" | "makeError">,
  names: readonly string[],
  options: ProgressOptions,
): Promise<SealedLayers> {
  const files = names.map((name) => ({
    name,
    path: join(directory, name),
    makeError: makeError.bind(null, name),
  }));
  const sizes = await Promise.all(files.map((file) => inspectRegularFile(file.path, file.makeError)));
  const onBytes = byteProgress(DIGESTING, sizes, options);
  const digests = new Map<string, KnownDigest>();
  const layers: (Layer & { physicalBytes: number })[] = [];
  for (const { name, path, makeError: makeFileError } of files) {
    const { sha256, facts } = await seal(path, MODES[name] ?? READ_ONLY, {
      signal: options.signal,
      makeError: makeFileError,
      onBytes,
    });
    digests.set(name, { sha256, signature: facts.signature });
    layers.push({ name, sha256, sizeBytes: facts.sizeBytes, physicalBytes: facts.physicalBytes });
  }
  return { layers, digests };
}

async function seal(path: string, mode: number, options: HashOptions): Promise<HashedFile> {
  await using handle = await openRegularFile(path, options.makeError);
  await handle.chmod(mode);
  // Before the digest: writes through a shared mapping move mtime only when a page is written for the first time
  // after it was cleaned (mmap(2)), so a machine that still runs would else go unseen.
  await handle.sync();
  return await hashFile(handle, options);
}
