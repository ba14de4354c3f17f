import type { FileHandle } from "node:fs/promises";
import { MemoryLayerError, PAGE_SIZE, contentOffset, parseMemoryLayerHeader } from "@forkd/core";
import { parseMemoryLayerRecords } from "@forkd/core";
import type { MemoryLayerHeader, MemoryLayerRecords } from "@forkd/core";
import { inspectHandle, openRegularFile, readFully } from "@forkd/posix";
import type { MakeError } from "@forkd/posix";

/** Memory is read and written in windows of so many pages. */
export const WINDOW_PAGES = 256;

const HEADER_READ_BYTES = 16;

/** A memory layer that is open, with its records sorted into windows. */
export class MemoryLayer implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #makeError: MakeError;
  readonly #records: MemoryLayerRecords;
  /** For each window, and one past the last: the first record, and the first page of contents. */
  readonly #firstRecord: Uint32Array;
  readonly #firstContent: Uint32Array;

  private constructor(
    file: { handle: FileHandle; makeError: MakeError },
    guestPages: number,
    records: MemoryLayerRecords,
  ) {
    this.#handle = file.handle;
    this.#makeError = file.makeError;
    this.#records = records;
    const windows = Math.ceil(guestPages / WINDOW_PAGES);
    this.#firstRecord = new Uint32Array(windows + 1);
    this.#firstContent = new Uint32Array(windows + 1);
    this.#sort(windows);
  }

  /** Opens a layer of a memory of `guestPages`. Refuses whatever in the file is not as it must be. */
  static async open(path: string, guestPages: number, makeError: MakeError): Promise<MemoryLayer> {
    await using undo = new AsyncDisposableStack();
    const handle = undo.use(await openRegularFile(path, makeError));
    const { sizeBytes } = await inspectHandle(handle, makeError);
    const records = await readRecords(handle, { guestPages, sizeBytes, makeError });
    const layer = new MemoryLayer({ handle, makeError }, guestPages, records);
    undo.move();
    return layer;
  }

  /** Whether it has pages in this window. */
  touches(window: number): boolean {
    return this.#countIn(this.#firstRecord, window) > 0;
  }

  /** Puts its pages into a window of memory. `scratch` must be as large as a window. */
  async applyTo(memory: Buffer, window: number, scratch: Buffer): Promise<void> {
    if (!this.touches(window)) return;
    await this.#readContents(window, scratch);
    const first = this.#firstRecord[window] ?? 0;
    let from = 0;
    for (let record = first; record < first + this.#countIn(this.#firstRecord, window); record += 1) {
      const at = ((this.#records.pages[record] ?? 0) - window * WINDOW_PAGES) * PAGE_SIZE;
      if (this.#records.isZero[record] === 1) memory.fill(0, at, at + PAGE_SIZE);
      else from += scratch.copy(memory, at, from, from + PAGE_SIZE);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async #readContents(window: number, into: Buffer): Promise<void> {
    const length = this.#countIn(this.#firstContent, window) * PAGE_SIZE;
    const contents = contentOffset(this.#records.pages.length);
    const position = contents + (this.#firstContent[window] ?? 0) * PAGE_SIZE;
    await readFully(this.#handle, into.subarray(0, length), position, this.#makeError);
  }

  #countIn(firsts: Uint32Array, window: number): number {
    return (firsts[window + 1] ?? 0) - (firsts[window] ?? 0);
  }

  #sort(windows: number): void {
    const { pages, isZero } = this.#records;
    let record = 0;
    let content = 0;
    for (let window = 0; window < windows; window += 1) {
      const end = (window + 1) * WINDOW_PAGES;
      for (; record < pages.length && (pages[record] ?? end) < end; record += 1)
        content += 1 - (isZero[record] ?? 0);
      this.#firstRecord[window + 1] = record;
      this.#firstContent[window + 1] = content;
    }
  }
}

async function readRecords(
  handle: FileHandle,
  { guestPages, sizeBytes, makeError }: { guestPages: number; sizeBytes: number; makeError: MakeError },
): Promise<MemoryLayerRecords> {
  const start = Buffer.alloc(Math.min(HEADER_READ_BYTES, sizeBytes));
  await readFully(handle, start, 0, makeError);
  const header = parseOrRefuse(makeError, () => parseMemoryLayerHeader(start));
  requireFitting(header, guestPages, makeError);
  const index = Buffer.allocUnsafe(Math.min(contentOffset(header.recordCount), sizeBytes));
  await readFully(handle, index, 0, makeError);
  return parseOrRefuse(makeError, () => parseMemoryLayerRecords(index, sizeBytes));
}

function requireFitting(header: MemoryLayerHeader, guestPages: number, makeError: MakeError): void {
  if (header.guestPages === guestPages) return;
  throw makeError(`is of a memory of ${header.guestPages} pages instead of ${guestPages}`);
}

function parseOrRefuse<Value>(makeError: MakeError, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MemoryLayerError) throw makeError(error.message);
    throw error;
  }
}
