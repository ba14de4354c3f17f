import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core";
import { isZero, writeFully } from "@forkd/posix";

/** Fewer zero pages than this are written too: one long write costs less than two, and a hole saves little. */
const SMALLEST_HOLE_BYTES = 16 * PAGE_SIZE;

/** Writes a buffer to a place in a new file, and leaves holes where it is zero for long. */
export async function writeData(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (const { start, end } of dataRuns(bytes))
    await writeFully(handle, bytes.subarray(start, end), position + start);
}

function* dataRuns(bytes: Buffer): Generator<{ start: number; end: number }> {
  let run: { start: number; end: number } | undefined;
  for (let start = 0; start < bytes.length; start += PAGE_SIZE) {
    const end = Math.min(start + PAGE_SIZE, bytes.length);
    if (isZero(bytes, start, end)) continue;
    if (run !== undefined && start - run.end < SMALLEST_HOLE_BYTES) run.end = end;
    else {
      if (run) yield run;
      run = { start, end };
    }
  }
  if (run) yield run;
}
