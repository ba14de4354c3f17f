import { writeSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import {
  PAGE_SIZE,
  contentOffset,
  parseMemoryLayerHeader,
  parseMemoryLayerIndex,
  throwIfAborted,
} from "@forkd/core";
import type { CallOptions, PageRun, ReviveSpec } from "@forkd/core";
import { readFully } from "@forkd/posix";
import { parseGuestMapping } from "./capture/process-maps.ts";

/** So many are written at a time; it takes less than a millisecond. */
const BATCH_PAGES = 256;
const ZEROS = Buffer.alloc(BATCH_PAGES * PAGE_SIZE);

const isShort = (why: string): Error => new Error(`its memory layer ${why}`);

/**
 * Puts the pages of a memory layer into the memory of a VMM whose guest has not run yet. Throws when the layer is not one
 * of such a machine.
 */
export async function writeLayer(
  pid: number,
  { layerPath, memoryMib }: Pick<ReviveSpec, "layerPath" | "memoryMib">,
  { signal }: CallOptions,
): Promise<void> {
  const bytes = memoryMib * 1024 * 1024;
  const mapping = parseGuestMapping(await readFile(`/proc/${pid}/maps`, "latin1"), bytes);
  if (!mapping?.isPrivate) throw new Error(`process ${pid} maps no memory of its own of ${bytes} bytes`);
  await using layer = await open(layerPath);
  await using memory = await open(`/proc/${pid}/mem`, "r+");
  const buffer = Buffer.allocUnsafeSlow(BATCH_PAGES * PAGE_SIZE);
  for (const runs of batchesOf(await readRuns(layer, bytes / PAGE_SIZE))) {
    throwIfAborted(signal, "writing a machine's memory");
    const contents = await readContents(layer, runs, buffer);
    writeRuns(memory.fd, mapping.start, runs, contents);
  }
}

async function readRuns(layer: FileHandle, guestPages: number): Promise<PageRun[]> {
  const { size } = await layer.stat();
  const start = Buffer.alloc(PAGE_SIZE);
  await readFully(layer, start, 0, isShort);
  const header = parseMemoryLayerHeader(start);
  if (header.guestPages !== guestPages) throw isShort(`is of ${header.guestPages} pages, not ${guestPages}`);
  const index = Buffer.alloc(contentOffset(header.recordCount));
  await readFully(layer, index, 0, isShort);
  return parseMemoryLayerIndex(index, size);
}

/** Contents lie in the order of the pages, without a gap. */
async function readContents(layer: FileHandle, runs: readonly PageRun[], buffer: Buffer): Promise<Buffer> {
  const filled = runs.filter(({ fileOffset }) => fileOffset !== undefined);
  const contents = buffer.subarray(0, filled.reduce((sum, { pageCount }) => sum + pageCount, 0) * PAGE_SIZE);
  await readFully(layer, contents, filled[0]?.fileOffset ?? 0, isShort);
  return contents;
}

function writeRuns(fd: number, start: number, runs: readonly PageRun[], contents: Buffer): void {
  let from = 0;
  for (const { firstPage, pageCount, fileOffset } of runs) {
    const length = pageCount * PAGE_SIZE;
    const source = fileOffset === undefined ? ZEROS : contents.subarray(from);
    const written = writeSync(fd, source, 0, length, start + firstPage * PAGE_SIZE);
    if (written !== length) throw new Error(`its VMM's memory took ${written} of ${length} bytes`);
    if (fileOffset !== undefined) from += length;
  }
}

/** Runs of so many pages in all, longer ones in pieces. */
function* batchesOf(runs: readonly PageRun[]): Generator<PageRun[]> {
  let batch: PageRun[] = [];
  let room = BATCH_PAGES;
  for (const run of runs)
    for (let done = 0; done < run.pageCount;) {
      const pageCount = Math.min(room, run.pageCount - done);
      const fileOffset = run.fileOffset === undefined ? undefined : run.fileOffset + done * PAGE_SIZE;
      batch.push({ firstPage: run.firstPage + done, pageCount, fileOffset });
      done += pageCount;
      room -= pageCount;
      if (room > 0) continue;
      yield batch;
      [batch, room] = [[], BATCH_PAGES];
    }
  if (batch.length > 0) yield batch;
}
