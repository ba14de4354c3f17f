import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core/memory-layer";
import { writeFully } from "@forkd/posix/write-fully";
import { SPAN_PAGES } from "./page-spans.ts";

const BATCHES = 16;

interface Batch {
  readonly bytes: Buffer;
  readonly pages: number[];
}

/**
 * Writes pages that come in almost ascending order at their places in a file. They are gathered into batches, so that
 * neighbours are written at once; batches are written while further pages come.
 */
export class PageWriter {
  readonly #file: FileHandle;
  readonly #free: Batch[] = [];
  readonly #writing = new Set<Promise<void>>();
  #batch: Batch;
  #failure: { readonly error: unknown } | undefined;

  constructor(file: FileHandle) {
    this.#file = file;
    this.#batch = createBatch();
  }

  /** Takes a page, of which it makes a copy. */
  page(page: number, bytes: Buffer): void {
    bytes.copy(this.#batch.bytes, this.#batch.pages.length * PAGE_SIZE);
    this.#batch.pages.push(page);
    if (this.#batch.pages.length === SPAN_PAGES) this.#send();
  }

  /** Waits while too much is being written. Throws when a write has failed. */
  async waitForRoom(): Promise<void> {
    while (this.#writing.size >= BATCHES) await Promise.race(this.#writing);
    this.#assertWritten();
  }

  /** Writes what is left, and waits until nothing is being written. Throws when a write has failed. */
  async finish(): Promise<void> {
    this.#send();
    await this.settle();
    this.#assertWritten();
  }

  /** Waits until nothing is being written any more. Never rejects. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = this.#free.pop() ?? createBatch();
    const writing = this.#write(batch).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #write(batch: Batch): Promise<void> {
    try {
      await writeBatch(this.#file, batch);
    } catch (error) {
      this.#failure ??= { error };
    }
    batch.pages.length = 0;
    this.#free.push(batch);
  }

  #assertWritten(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

function createBatch(): Batch {
  return { bytes: Buffer.allocUnsafeSlow(SPAN_PAGES * PAGE_SIZE), pages: [] };
}

async function writeBatch(file: FileHandle, batch: Batch): Promise<void> {
  const { bytes, pages } = sortBatch(batch);
  let from = 0;
  for (let to = 1; to <= pages.length; to++) {
    const firstPage = pages[from] as number;
    if (pages[to] === firstPage + to - from) continue;
    await writeFully(file, bytes.subarray(from * PAGE_SIZE, to * PAGE_SIZE), firstPage * PAGE_SIZE);
    from = to;
  }
}

/** Pages that a guest waited for come out of order, between those of one sweep over memory. */
function sortBatch({ bytes, pages }: Batch): Batch {
  if (pages.every((page, slot) => slot === 0 || page > (pages[slot - 1] as number))) return { bytes, pages };
  const slots = [...pages.keys()].toSorted((a, b) => (pages[a] as number) - (pages[b] as number));
  const sorted = slots.map((slot) => bytes.subarray(slot * PAGE_SIZE, (slot + 1) * PAGE_SIZE));
  return { bytes: Buffer.concat(sorted), pages: slots.map((slot) => pages[slot] as number) };
}
