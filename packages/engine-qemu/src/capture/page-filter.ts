import { PAGE_SIZE } from "@forkd/core/memory-layer";
import type { PageWriter } from "./page-writer.ts";
import type { PageSink } from "./ram-section.ts";

const ZEROS = Buffer.alloc(PAGE_SIZE);

/** Has those pages written of which the file may not have the right contents already. */
export class PageFilter implements PageSink {
  readonly #writer: PageWriter;
  readonly #isFilled: Uint8Array;
  #isStale: Uint8Array | undefined;

  /** `isFilled` says for each page whether the file has contents there. */
  constructor(writer: PageWriter, isFilled: Uint8Array) {
    this.#writer = writer;
    this.#isFilled = isFilled;
  }

  /** From now on, only these pages can differ from what the file has. */
  narrow(isStale: Uint8Array): void {
    this.#isStale = isStale;
  }

  page(page: number, bytes: Buffer): void {
    if (this.#isStale?.[page] !== 0) this.#writer.page(page, bytes);
  }

  zeroPage(page: number): void {
    if (this.#isFilled[page] === 1) this.page(page, ZEROS);
  }
}
