import { setImmediate } from "node:timers/promises";
import type { CopyWorkers } from "./copy-workers.ts";
import { COPY_BUFFER_BYTES } from "./copy-workers.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { batchesOf, SPAN_PAGES } from "./page-spans.ts";
import type { PageSpan } from "./page-spans.ts";

/** Spans whose pages lie one after another in a buffer. */
export interface BufferedPages {
  readonly spans: readonly PageSpan[];
  readonly bytes: Buffer;
}

/** 128 MiB: what a machine writes between two captures is mostly less. */
const MAX_BUFFERS = 128;

/**
 * Holds pages in our memory while a machine stands still, so that they are written when it runs again. What is too
 * much to hold is handed on at once, the oldest first.
 */
export class PageBuffer {
  readonly #handOn: (pages: BufferedPages) => Promise<void>;
  readonly #free: Buffer[] = [];
  readonly #held: Promise<BufferedPages>[] = [];
  #buffers = 0;
  #turn = Promise.resolve();

  /** `handOn` is called in the order of the pages, again before its last promise has settled. */
  constructor(handOn: (pages: BufferedPages) => Promise<void>) {
    this.#handOn = handOn;
  }

  /** Makes buffers for so many pages; filled, so that none of their memory has to be found when it matters. */
  async reserve(pageCount: number): Promise<void> {
    const wanted = Math.min(MAX_BUFFERS, Math.ceil(pageCount / SPAN_PAGES) + 2);
    while (this.#buffers < wanted) {
      this.#free.push(this.#createBuffer().fill(1));
      await setImmediate();
    }
  }

  /** Reads pages, which are ascending. */
  async collect(
    memory: GuestMemory,
    pages: Uint32Array,
    workers: CopyWorkers,
    signal: AbortSignal,
  ): Promise<void> {
    await workers.run(batchesOf(pages), signal, async (spans) => {
      const reading = this.#takeBuffer().then((bytes) => readSpans(memory, { spans, bytes }));
      this.#held.push(reading);
      await reading;
    });
  }

  /** Hands on what is left. */
  async finish(): Promise<void> {
    while (this.#held.length > 0) await this.#handOnOldest();
  }

  async #takeBuffer(): Promise<Buffer> {
    return this.#free.pop() ?? (this.#buffers < MAX_BUFFERS ? this.#createBuffer() : this.#handOnOldest());
  }

  #createBuffer(): Buffer {
    this.#buffers += 1;
    return Buffer.allocUnsafeSlow(COPY_BUFFER_BYTES);
  }

  /** Gives the buffer that is free then. */
  async #handOnOldest(): Promise<Buffer> {
    const oldest = this.#held.shift();
    if (!oldest) throw new RangeError("there are fewer buffers than workers");
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    try {
      const pages = await oldest;
      await before;
      const handingOn = this.#handOn(pages);
      turn.resolve();
      await handingOn;
      return pages.bytes;
    } finally {
      turn.resolve();
    }
  }
}

async function readSpans(memory: GuestMemory, pages: BufferedPages): Promise<BufferedPages> {
  let at = 0;
  for (const span of pages.spans) at += await memory.readSpan(span, pages.bytes.subarray(at));
  return pages;
}
