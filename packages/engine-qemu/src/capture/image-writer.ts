import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core";
import { writeFully } from "@forkd/posix";
import type { CopyWorkers } from "./copy-workers.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { spansOf } from "./page-spans.ts";
import type { PageSpan } from "./page-spans.ts";
import type { BufferedPages } from "./page-buffer.ts";
import { isZeroPage, rangesOf } from "./zero-pages.ts";

/** Writes pages of a guest at their places in a sparse file. A page may be written again. */
export class ImageWriter {
  readonly #file: FileHandle;
  /** For each page, whether the file has contents there. */
  readonly #isFilled: Uint8Array;

  private constructor(file: FileHandle, pageCount: number) {
    this.#file = file;
    this.#isFilled = new Uint8Array(pageCount);
  }

  /** Makes a new file the size of the memory, all of it a hole. */
  static async create(file: FileHandle, pageCount: number): Promise<ImageWriter> {
    await file.truncate(pageCount * PAGE_SIZE);
    return new ImageWriter(file, pageCount);
  }

  /** For each page, 1 when the file has contents there. */
  get isFilled(): Uint8Array {
    return this.#isFilled;
  }

  /** Bytes of the pages that are not holes. */
  get contentBytes(): number {
    return this.#isFilled.reduce((sum, isFilled) => sum + isFilled, 0) * PAGE_SIZE;
  }

  /** Writes whole spans, with the pages between the wanted ones, which are of the same instant. */
  async put({ spans, bytes }: BufferedPages): Promise<void> {
    let at = 0;
    for (const span of spans) {
      const end = at + span.pageCount * PAGE_SIZE;
      await this.#putSpan(span, bytes.subarray(at, end));
      at = end;
    }
  }

  /** Zeros are written only over contents. */
  async #putSpan({ firstPage, pageCount }: PageSpan, bytes: Buffer): Promise<void> {
    const isNeeded = (page: number): boolean =>
      this.#isFilled[firstPage + page] === 1 || !isZeroPage(bytes, page * PAGE_SIZE);
    for (const { from, to } of rangesOf(pageCount, isNeeded)) {
      this.#isFilled.fill(1, firstPage + from, firstPage + to);
      const range = bytes.subarray(from * PAGE_SIZE, to * PAGE_SIZE);
      await writeFully(this.#file, range, (firstPage + from) * PAGE_SIZE);
    }
  }
}

/** Copies the pages that a machine did not write itself, which never change. Gives the others. */
export async function copyAhead(
  memory: GuestMemory,
  image: ImageWriter,
  workers: CopyWorkers,
  signal: AbortSignal,
): Promise<Uint32Array> {
  const privatePages = await memory.findPrivatePages(workers, signal);
  const spans = spansOf(otherPages(memory.pageCount, privatePages));
  await workers.run(spans, signal, async (span, bytes) => {
    await memory.readSpan(span, bytes);
    await image.put({ spans: [span], bytes });
  });
  return privatePages;
}

/** All pages below `pageCount` but for `pages`, which are ascending. */
export function otherPages(pageCount: number, pages: Uint32Array): Uint32Array {
  const others = new Uint32Array(pageCount - pages.length);
  let next = 0;
  let skipped = 0;
  for (let page = 0; page < pageCount; page++) {
    if (page === pages[skipped]) skipped++;
    else others[next++] = page;
  }
  return others;
}
