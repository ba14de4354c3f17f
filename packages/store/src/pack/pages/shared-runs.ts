import { PAGE_SIZE } from "@forkd/core";
import { PackFormatError } from "../format/pack-format-error.ts";

/**
 * Pages of a guest's memory that have the contents of blocks of its root image, which are the page cache mostly. The
 * table stands before a memory layer with all the other pages:
 *
 *     0      magic `FORKDSR1`
 *     8      number of runs, 32 bits, little-endian as all numbers here
 *     16     for each run, in ascending order: first page, first block, number of pages, 32 bits each
 *     ...    padding to a multiple of 4096
 */
export interface SharedRun {
  readonly firstPage: number;
  readonly firstBlock: number;
  readonly pageCount: number;
}

export const SHARED_HEADER_BYTES = 16;
/** More runs than this are not written: their pages travel with the others. */
export const MAX_SHARED_RUNS = 2 ** 20;

const MAGIC = Buffer.from("FORKDSR1", "latin1");
const RUN_BYTES = 12;

/** What a table takes, padding and all. */
export function sharedTableBytes(runs: number): number {
  return Math.ceil((SHARED_HEADER_BYTES + runs * RUN_BYTES) / PAGE_SIZE) * PAGE_SIZE;
}

export function encodeSharedRuns(runs: readonly SharedRun[]): Buffer {
  const table = Buffer.alloc(sharedTableBytes(runs.length));
  MAGIC.copy(table);
  table.writeUInt32LE(runs.length, 8);
  runs.forEach(({ firstPage, firstBlock, pageCount }, index) => {
    const at = SHARED_HEADER_BYTES + index * RUN_BYTES;
    table.writeUInt32LE(firstPage, at);
    table.writeUInt32LE(firstBlock, at + 4);
    table.writeUInt32LE(pageCount, at + 8);
  });
  return table;
}

/** How many runs follow this header. Throws `PackFormatError`. */
export function parseSharedHeader(header: Buffer): number {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC))
    throw new PackFormatError("a blob has no table of shared pages");
  const runs = header.readUInt32LE(8);
  if (runs > MAX_SHARED_RUNS) throw new PackFormatError(`a blob has ${runs} runs of shared pages`);
  return runs;
}

/** The runs of a table without its header. Throws `PackFormatError` for one that leaves the memory or the image. */
export function parseSharedRuns(
  table: Buffer,
  runs: number,
  { guestPages, imageBlocks }: { guestPages: number; imageBlocks: number },
): SharedRun[] {
  let end = 0;
  return Array.from({ length: runs }, (_, index) => {
    const at = index * RUN_BYTES;
    const run = {
      firstPage: table.readUInt32LE(at),
      firstBlock: table.readUInt32LE(at + 4),
      pageCount: table.readUInt32LE(at + 8),
    };
    const isInside =
      run.firstPage + run.pageCount <= guestPages && run.firstBlock + run.pageCount <= imageBlocks;
    if (run.firstPage < end || run.pageCount === 0 || !isInside)
      throw new PackFormatError(
        `a blob shares ${run.pageCount} pages at ${run.firstPage}, which is not possible`,
      );
    end = run.firstPage + run.pageCount;
    return run;
  });
}
