import { hash } from "node:crypto";
import { PAGE_SIZE } from "@forkd/core";
import type { PagedFile } from "./file-pages.ts";
import { readPart } from "./file-pages.ts";

/** Blocks beyond this many (4 GiB of contents) are not remembered, so that the index stays below 100 MB. */
const MAX_BLOCKS = 2 ** 20;

/** Finds the block of an image that has the same contents as a page. */
export class BlockIndex {
  readonly image: PagedFile;
  readonly #blocks = new Map<number, number>();
  readonly #block = Buffer.allocUnsafe(PAGE_SIZE);

  constructor(image: PagedFile) {
    this.image = image;
  }

  /** Remembers a block of the image. */
  add(block: number, bytes: Buffer): void {
    if (this.#blocks.size < MAX_BLOCKS) this.#blocks.set(fingerprintOf(bytes), block);
  }

  /** The number of a block that equals `bytes`, byte for byte; undefined when none is known. */
  async find(bytes: Buffer): Promise<number | undefined> {
    const block = this.#blocks.get(fingerprintOf(bytes));
    if (block === undefined) return undefined;
    await readPart(this.image.handle, this.#block, block * PAGE_SIZE);
    return this.#block.equals(bytes) ? block : undefined;
  }
}

// 48 bits are a number without loss.
function fingerprintOf(bytes: Buffer): number {
  return hash("sha256", bytes, "buffer").readUIntBE(0, 6);
}
