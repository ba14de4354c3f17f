import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE, contentOffset, parseMemoryLayerHeader, parseMemoryLayerIndex } from "@forkd/core";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { writeFully } from "@forkd/posix";
import { PackFormatError } from "../format/pack-format-error.ts";
import { ByteReader } from "./byte-reader.ts";
import { CHUNK_BYTES, readPart } from "./file-pages.ts";
import type { PagedFile } from "./file-pages.ts";
import { requireSpace } from "../../files/require-space.ts";
import type { SparseHash } from "./sparse-hash.ts";
import { SHARED_HEADER_BYTES, parseSharedHeader, parseSharedRuns, sharedTableBytes } from "./shared-runs.ts";

export interface PageExpansion {
  /** Of the blob. */
  readonly blobBytes: number;
  /** Of the sparse file that it becomes. */
  readonly sizeBytes: number;
  /** The root image, for a blob that shares pages with it. */
  readonly image?: PagedFile | undefined;
  /** Told of the file's contents in ascending order; not for a blob that shares pages. */
  readonly hash?: SparseHash | undefined;
}

/**
 * Writes what a page blob stands for to a new sparse file. The blob is hostile: it may give wrong contents, which the
 * file's digest shows, but it writes nothing outside of the file's size. Throws `PackFormatError`, `MemoryLayerError`.
 */
export async function expandPages(
  blob: AsyncIterable<Buffer>,
  path: string,
  { blobBytes, sizeBytes, image, hash }: PageExpansion,
  { signal }: CallOptions,
): Promise<void> {
  await using output = await open(path, "wx", 0o600);
  await output.truncate(sizeBytes);
  const reader = new ByteReader(blob);
  const guestPages = sizeBytes / PAGE_SIZE;
  const tableBytes =
    image === undefined
      ? 0
      : await copyShared(reader, output, { path, image, guestPages, blobBytes, signal });
  await writeLayer(reader, output, { layerBytes: blobBytes - tableBytes, guestPages, hash });
  await reader.requireEnd();
}

interface SharedCopy extends CallOptions {
  /** Of the output. */
  readonly path: string;
  readonly image: PagedFile;
  readonly guestPages: number;
  readonly blobBytes: number;
}

/**
 * Copies the pages that the image has; gives the size of their table. A few runs of a table can stand for a whole
 * memory, so what they take is asked of the disk first.
 */
async function copyShared(
  reader: ByteReader,
  output: FileHandle,
  { path, image, guestPages, blobBytes, signal }: SharedCopy,
): Promise<number> {
  const count = parseSharedHeader(await reader.read(SHARED_HEADER_BYTES));
  const tableBytes = sharedTableBytes(count);
  if (tableBytes > blobBytes) throw new PackFormatError("a blob ends within its table of shared pages");
  const table = await reader.read(tableBytes - SHARED_HEADER_BYTES);
  const imageBlocks = Math.floor(image.sizeBytes / PAGE_SIZE);
  const runs = parseSharedRuns(table, count, { guestPages, imageBlocks });
  const sharedPages = runs.reduce((sum, { pageCount }) => sum + pageCount, 0);
  await requireSpace(path, sharedPages * PAGE_SIZE, "unpacking");
  for (const run of runs) {
    const end = run.pageCount * PAGE_SIZE;
    for (let at = 0; at < end; at += CHUNK_BYTES) {
      throwIfAborted(signal, "unpacking");
      const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
      await readPart(image.handle, bytes, run.firstBlock * PAGE_SIZE + at);
      await writeFully(output, bytes, run.firstPage * PAGE_SIZE + at);
    }
  }
  return tableBytes;
}

async function writeLayer(
  reader: ByteReader,
  output: FileHandle,
  { layerBytes, guestPages, hash }: { layerBytes: number; guestPages: number; hash: SparseHash | undefined },
): Promise<void> {
  const header = await reader.read(PAGE_SIZE);
  const { recordCount, guestPages: declaredPages } = parseMemoryLayerHeader(header);
  if (declaredPages !== guestPages)
    throw new PackFormatError(`a blob is for ${declaredPages} pages instead of ${guestPages}`);
  const indexBytes = contentOffset(recordCount);
  if (indexBytes > layerBytes) throw new PackFormatError("a blob ends within its index");
  const index = Buffer.concat([header, await reader.read(indexBytes - PAGE_SIZE)]);
  for (const { firstPage, pageCount, fileOffset } of parseMemoryLayerIndex(index, layerBytes)) {
    if (fileOffset === undefined) throw new PackFormatError("a blob lists empty pages");
    const end = pageCount * PAGE_SIZE;
    for (let at = 0; at < end; at += CHUNK_BYTES) {
      const bytes = await reader.read(Math.min(CHUNK_BYTES, end - at));
      const position = firstPage * PAGE_SIZE + at;
      const written = writeFully(output, bytes, position);
      await hash?.add(bytes, position);
      await written;
    }
  }
}
