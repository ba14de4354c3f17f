import type { FileHandle } from "node:fs/promises";
import { contentOffset, encodeMemoryLayerIndex, PAGE_SIZE } from "@forkd/core";
import { writeFully } from "@forkd/posix";
import type { BufferedPages } from "./page-buffer.ts";
import { isZeroPage } from "./zero-pages.ts";

/** Writes pages of a guest into a memory layer: contents first, and their index when all are known. */
export class LayerWriter {
  readonly #file: FileHandle;
  readonly #pages: Uint32Array;
  readonly #zeroPages = new Set<number>();
  #end: number;

  /** `pages` are all that will be in the layer, ascending. */
  constructor(file: FileHandle, pages: Uint32Array) {
    this.#file = file;
    this.#pages = pages;
    this.#end = contentOffset(pages.length);
  }

  /** Bytes of contents so far. */
  get contentBytes(): number {
    return this.#end - contentOffset(this.#pages.length);
  }

  /** Appends pages. They must come in ascending order, though what came before may still be being written. */
  async append(pages: BufferedPages): Promise<void> {
    const bytes = this.#compact(pages);
    const position = this.#end;
    this.#end += bytes.length;
    await writeFully(this.#file, bytes, position);
  }

  async finish(guestPages: number): Promise<void> {
    await writeFully(this.#file, encodeMemoryLayerIndex(guestPages, this.#pages, this.#zeroPages), 0);
  }

  /** Moves the wanted pages that are not zero to the beginning of the buffer. */
  #compact({ spans, bytes }: BufferedPages): Buffer {
    let spanAt = 0;
    let end = 0;
    for (const { firstPage, pageCount, wanted } of spans) {
      for (const page of wanted) {
        const at = spanAt + (page - firstPage) * PAGE_SIZE;
        if (isZeroPage(bytes, at)) {
          this.#zeroPages.add(page);
          continue;
        }
        if (at !== end) bytes.copyWithin(end, at, at + PAGE_SIZE);
        end += PAGE_SIZE;
      }
      spanAt += pageCount * PAGE_SIZE;
    }
    return bytes.subarray(0, end);
  }
}
