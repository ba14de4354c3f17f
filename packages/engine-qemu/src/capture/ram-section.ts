import { PAGE_SIZE } from "@forkd/core/memory-layer";
import { StreamError } from "./stream-error.ts";

/** Where guest memory goes that comes out of a migration stream. */
export interface PageSink {
  /** `bytes` is one page, and only valid until the call returns. */
  page(page: number, bytes: Buffer): void;
  zeroPage(page: number): void;
}

// https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/migration/ram.c
const Flag = { ZERO: 0x02, MEM_SIZE: 0x04, PAGE: 0x08, EOS: 0x10, CONTINUE: 0x20 } as const;
const FLAG_MASK = PAGE_SIZE - 1;
const RECORD_BYTES = 8;
/** A machine has a handful of blocks: memory, firmware, ACPI tables. */
const MAX_BLOCKS = 64;

interface RamRecord {
  readonly address: number;
  readonly continues: boolean;
  readonly contentBytes: number;
}

/**
 * The contents of a stream's sections of memory. Pages of the guest's own block go to a sink, those of other blocks
 * (firmware, which a restored machine has already) nowhere.
 */
export class RamSection {
  readonly #guestBlock: string;
  readonly #sink: PageSink;
  readonly #seen: Uint8Array;
  #seenPages = 0;
  /** The blocks that the stream announced, with their sizes. */
  readonly #blocks = new Map<string, number>();
  #unannouncedBytes = 0;
  #block: string | undefined;

  constructor(guestBlock: string, memoryBytes: number, sink: PageSink) {
    this.#guestBlock = guestBlock;
    this.#sink = sink;
    this.#seen = new Uint8Array(memoryBytes / PAGE_SIZE);
  }

  /**
   * Reads one record at an offset, and gives its length: 0 when it is not all there yet, `undefined` when it was the
   * last of its section (of 8 bytes). Throws {@link StreamError}.
   */
  read(bytes: Buffer, at: number): { readonly length: number; readonly isLast: boolean } {
    if (this.#unannouncedBytes > 0) return { length: this.#readBlock(bytes, at), isLast: false };
    if (bytes.length - at < RECORD_BYTES) return { length: 0, isLast: false };
    const lower = bytes.readUInt32BE(at + 4);
    const flags = lower & FLAG_MASK;
    const address = bytes.readUInt32BE(at) * 2 ** 32 + (lower - flags);
    const continues = (flags & Flag.CONTINUE) !== 0;
    switch (flags & ~Flag.CONTINUE) {
      case Flag.EOS:
        return { length: RECORD_BYTES, isLast: true };
      case Flag.MEM_SIZE:
        if (this.#blocks.size > 0) throw new StreamError("announces its memory twice");
        this.#unannouncedBytes = address;
        return { length: RECORD_BYTES, isLast: false };
      case Flag.PAGE:
        return {
          length: this.#readPage(bytes, at, { address, continues, contentBytes: PAGE_SIZE }),
          isLast: false,
        };
      case Flag.ZERO:
        return { length: this.#readPage(bytes, at, { address, continues, contentBytes: 1 }), isLast: false };
      default:
        throw new StreamError(`has a record of memory with flags 0x${flags.toString(16)}`);
    }
  }

  /** Throws {@link StreamError} when a page of the guest was not in the stream. */
  assertComplete(): void {
    const { length } = this.#seen;
    if (this.#seenPages !== length)
      throw new StreamError(`has ${this.#seenPages} of ${length} pages of memory`);
  }

  #readBlock(bytes: Buffer, at: number): number {
    const nameBytes = bytes[at];
    if (nameBytes === undefined || bytes.length - at < 1 + nameBytes + 8) return 0;
    const name = bytes.toString("latin1", at + 1, at + 1 + nameBytes);
    const size = Number(bytes.readBigUInt64BE(at + 1 + nameBytes));
    if (
      size === 0 ||
      size > this.#unannouncedBytes ||
      this.#blocks.has(name) ||
      this.#blocks.size === MAX_BLOCKS
    ) {
      throw new StreamError(`announces a block ${name} of ${size} bytes`);
    }
    if (name === this.#guestBlock && size !== this.#seen.length * PAGE_SIZE) {
      throw new StreamError(`has ${size} bytes of guest memory instead of ${this.#seen.length * PAGE_SIZE}`);
    }
    this.#blocks.set(name, size);
    this.#unannouncedBytes -= size;
    return 1 + nameBytes + 8;
  }

  #readPage(bytes: Buffer, at: number, { address, continues, contentBytes }: RamRecord): number {
    let contentAt = at + RECORD_BYTES;
    let block = this.#block;
    if (!continues) {
      const nameBytes = bytes[contentAt];
      if (nameBytes === undefined) return 0;
      block = bytes.toString("latin1", contentAt + 1, contentAt + 1 + nameBytes);
      contentAt += 1 + nameBytes;
    }
    if (bytes.length < contentAt + contentBytes) return 0;
    this.#block = block;
    const size = block === undefined ? undefined : this.#blocks.get(block);
    if (size === undefined || address >= size) {
      throw new StreamError(`has a page at ${address} of the block ${block}, which has ${size ?? 0} bytes`);
    }
    if (block === this.#guestBlock)
      this.#take(address / PAGE_SIZE, bytes.subarray(contentAt, contentAt + contentBytes));
    return contentAt + contentBytes - at;
  }

  /** A page that came twice would be of two instants. */
  #take(page: number, content: Buffer): void {
    if (this.#seen[page] === 1) throw new StreamError(`has page ${page} twice`);
    this.#seen[page] = 1;
    this.#seenPages += 1;
    if (content.length === PAGE_SIZE) this.#sink.page(page, content);
    else if (content[0] === 0) this.#sink.zeroPage(page);
    else throw new StreamError(`fills page ${page} with ${content[0]}`);
  }
}
