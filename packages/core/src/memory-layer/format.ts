/**
 * A memory layer: the pages of guest memory that differ from those of the snapshot below, in one file.
 *
 *     0      magic `FORKDML1`
 *     8      guest memory in pages, 32 bits, little-endian as all numbers here
 *     12     number of records, 32 bits
 *     4096   one record of 32 bits for each page, in ascending order: its number, and bit 31 when it holds only zeros
 *     ...    padding to a multiple of 4096
 *     ...    the contents of the pages that are not zero, in the order of their records
 *
 * Contents are aligned to pages, so that a file system can share or copy whole extents of them.
 */
export const PAGE_SIZE = 4096;

const MAGIC = Buffer.from("FORKDML1", "latin1");
const HEADER_BYTES = PAGE_SIZE;
const RECORD_BYTES = 4;
const ZERO_FLAG = 0x8000_0000;

/** Pages that follow one another in the guest, with their place in the layer; undefined when they hold only zeros. */
export interface PageRun {
  readonly firstPage: number;
  readonly pageCount: number;
  readonly fileOffset: number | undefined;
}

/** What the header of a layer says. */
export interface MemoryLayerHeader {
  readonly guestPages: number;
  readonly recordCount: number;
}

/** A layer that is not what it claims to be; the message says in what, for a sentence about the file. */
export class MemoryLayerError extends Error {
  override readonly name = "MemoryLayerError";
}

/** Where the contents begin in a layer with this many records. */
export function contentOffset(recordCount: number): number {
  return HEADER_BYTES + Math.ceil((recordCount * RECORD_BYTES) / PAGE_SIZE) * PAGE_SIZE;
}

/** The part of a layer before the contents. `pages` are ascending; `zeroPages` are those of them without contents. */
export function encodeMemoryLayerIndex(
  guestPages: number,
  pages: Uint32Array,
  zeroPages: ReadonlySet<number>,
): Buffer {
  const index = Buffer.alloc(contentOffset(pages.length));
  MAGIC.copy(index);
  index.writeUInt32LE(guestPages, 8);
  index.writeUInt32LE(pages.length, 12);
  let at = HEADER_BYTES;
  for (const page of pages) {
    index.writeUInt32LE((zeroPages.has(page) ? page | ZERO_FLAG : page) >>> 0, at);
    at += RECORD_BYTES;
  }
  return index;
}

/** Reads a header, whose first 16 bytes are enough. Throws {@link MemoryLayerError}. */
export function parseMemoryLayerHeader(bytes: Buffer): MemoryLayerHeader {
  if (bytes.length < 16 || !bytes.subarray(0, 8).equals(MAGIC)) {
    throw new MemoryLayerError("is not a memory layer");
  }
  const header = { guestPages: bytes.readUInt32LE(8), recordCount: bytes.readUInt32LE(12) };
  if (header.recordCount > header.guestPages) {
    throw new MemoryLayerError(`has ${header.recordCount} records for ${header.guestPages} pages`);
  }
  return header;
}

/** The records of a layer, five bytes for each: what a hostile index can make of them is no more than that. */
export interface MemoryLayerRecords {
  /** Page numbers, ascending. */
  readonly pages: Uint32Array;
  /** 1 for each of them that holds only zeros. */
  readonly isZero: Uint8Array;
}

/**
 * Reads the whole index, header and records, of a layer of `fileSize` bytes. Throws {@link MemoryLayerError} when
 * pages are out of order or out of range, or the contents are not all there.
 */
export function parseMemoryLayerRecords(index: Buffer, fileSize: number): MemoryLayerRecords {
  const { guestPages, recordCount } = parseMemoryLayerHeader(index);
  let offset = contentOffset(recordCount);
  if (index.length < offset) throw new MemoryLayerError("ends within its index");
  const pages = new Uint32Array(recordCount);
  const isZero = new Uint8Array(recordCount);
  let previous = -1;
  for (let at = 0; at < recordCount; at += 1) {
    const record = index.readUInt32LE(HEADER_BYTES + at * RECORD_BYTES);
    const page = record % ZERO_FLAG;
    if (page <= previous || page >= guestPages) {
      throw new MemoryLayerError(`has page ${page} after ${previous} in a memory of ${guestPages} pages`);
    }
    pages[at] = page;
    if (record >= ZERO_FLAG) isZero[at] = 1;
    else offset += PAGE_SIZE;
    previous = page;
  }
  if (offset !== fileSize) throw new MemoryLayerError(`has ${fileSize} bytes where its index says ${offset}`);
  return { pages, isZero };
}

/** As {@link parseMemoryLayerRecords}, with neighbouring pages joined. */
export function parseMemoryLayerIndex(index: Buffer, fileSize: number): PageRun[] {
  const { pages, isZero } = parseMemoryLayerRecords(index, fileSize);
  const runs: { firstPage: number; pageCount: number; fileOffset: number | undefined }[] = [];
  let offset = contentOffset(pages.length);
  pages.forEach((page, at) => {
    const hasContents = isZero[at] === 0;
    const last = runs.at(-1);
    const isNext = last !== undefined && page === last.firstPage + last.pageCount;
    if (isNext && (last.fileOffset !== undefined) === hasContents) last.pageCount += 1;
    else runs.push({ firstPage: page, pageCount: 1, fileOffset: hasContents ? offset : undefined });
    if (hasContents) offset += PAGE_SIZE;
  });
  return runs;
}
