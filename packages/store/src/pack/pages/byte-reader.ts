import { PackFormatError } from "../format/pack-format-error.ts";

/** Reads exact numbers of bytes out of chunks of any size. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, which may share memory with the chunk that they came in. Throws `PackFormatError` at the end. */
  async read(length: number): Promise<Buffer> {
    if (this.#rest.length === 0 && length > 0) await this.#pull();
    if (this.#rest.length >= length) return this.#take(length);
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      if (this.#rest.length === 0) await this.#pull();
      filled += this.#take(Math.min(length - filled, this.#rest.length)).copy(bytes, filled);
    }
    return bytes;
  }

  /** Throws `PackFormatError` when there is more. */
  async requireEnd(): Promise<void> {
    if (this.#rest.length > 0 || !(await this.#chunks.next()).done)
      throw new PackFormatError("a blob goes on after its last page");
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #pull(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw new PackFormatError("a blob ends before its last page");
    this.#rest = next.value;
  }
}
