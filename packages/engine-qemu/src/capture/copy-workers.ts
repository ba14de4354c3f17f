import { isDiskFull } from "@forkd/contract";
import { SPAN_PAGES } from "./page-spans.ts";
import { PAGE_SIZE } from "@forkd/core";

/** As many as there are threads that serve file system calls. */
const WORKERS = 4;
export const COPY_BUFFER_BYTES = SPAN_PAGES * PAGE_SIZE;

/** A few copies side by side, each with a buffer that is used again and again. */
export class CopyWorkers {
  /** Filled, so that no page of them has to be found while a machine stands still. */
  readonly #buffers = Array.from({ length: WORKERS }, () => Buffer.alloc(COPY_BUFFER_BYTES, 1));

  /**
   * Calls `copy` for each item, in order, with as many under way as there are workers. After a failure or an abort no
   * further one starts; it throws once none is under way.
   */
  async run<Item>(
    items: Iterable<Item>,
    signal: AbortSignal,
    copy: (item: Item, buffer: Buffer) => Promise<void>,
  ): Promise<void> {
    const queue = items[Symbol.iterator]();
    const failed = new AbortController();
    const work = async (buffer: Buffer): Promise<void> => {
      while (!failed.signal.aborted) {
        signal.throwIfAborted();
        const next = queue.next();
        if (next.done === true) return;
        await copy(next.value, buffer);
      }
    };
    const ends = this.#buffers.map((buffer) =>
      work(buffer).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    );
    await settleAll(ends);
  }
}

/** Waits for all, and then throws what the first of the failed ones threw; a full disk before anything else. */
export async function settleAll(promises: readonly Promise<unknown>[]): Promise<void> {
  const failures: unknown[] = [];
  await Promise.all(promises.map((promise) => promise.catch((error: unknown) => void failures.push(error))));
  if (failures.length > 0) throw failures.find(isDiskFull) ?? failures[0];
}
