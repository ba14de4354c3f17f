import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { writeFully } from "@forkd/posix";
import type { PackBlob } from "../format/pack-manifest.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { expandPages } from "../pages/expand-pages.ts";
import { SparseHash } from "../pages/sparse-hash.ts";
import type { PagedFile } from "../pages/file-pages.ts";

export interface BlobTarget {
  /** A new file. */
  readonly path: string;
  readonly image: PagedFile | undefined;
  readonly onBytes: (count: number) => void;
}

/**
 * Writes the file that a blob becomes. The blob's size and digest are verified here, and those of the file too unless
 * it shares pages with the image. Throws `PackFormatError`, `MemoryLayerError`, and leaves the file.
 */
export async function receiveBlob(
  blob: PackBlob,
  bytes: AsyncIterable<Buffer>,
  { path, image, onBytes }: BlobTarget,
  options: CallOptions,
): Promise<void> {
  const verified = verify(blob, bytes, (count) => {
    throwIfAborted(options.signal, "unpacking");
    onBytes(count);
  });
  if (blob.kind === "file") return writeFile(verified, path);
  const { sizeBytes, sha256 } = blob.content;
  const expansion = { blobBytes: blob.sizeBytes, sizeBytes };
  if (blob.kind === "pages-on-image") {
    return expandPages(verified, path, { ...expansion, image }, options);
  }
  const hash = new SparseHash(options);
  await expandPages(verified, path, { ...expansion, hash }, options);
  const found = await hash.finish(sizeBytes);
  if (found !== sha256)
    throw new PackFormatError(`the blob ${blob.sha256} becomes ${found} instead of ${sha256}`);
}

async function* verify(
  blob: PackBlob,
  bytes: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let received = 0;
  for await (const chunk of bytes) {
    received += chunk.length;
    if (received > blob.sizeBytes) break;
    hash.update(chunk);
    onBytes(chunk.length);
    yield chunk;
  }
  if (received !== blob.sizeBytes)
    throw new PackFormatError(
      `the blob ${blob.sha256} has not the ${blob.sizeBytes} bytes that it should have`,
    );
  const sha256 = hash.digest("hex");
  if (sha256 !== blob.sha256) throw new PackFormatError(`the blob ${blob.sha256} has the digest ${sha256}`);
}

async function writeFile(chunks: AsyncIterable<Buffer>, path: string): Promise<void> {
  await using output = await open(path, "wx", 0o600);
  let position = 0;
  for await (const chunk of chunks) {
    await writeFully(output, chunk, position);
    position += chunk.length;
  }
}
