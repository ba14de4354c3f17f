import { invalid } from "./file-query.ts";

/** An input that is read up to marks in it. Throws `invalid_request` where it ends before. */
export class MarkedInput {
  readonly #chunks: AsyncIterator<Buffer>;
  #read: Buffer;

  /** `first` is in front of the input. */
  constructor(input: AsyncIterable<Buffer>, first: Buffer) {
    this.#chunks = input[Symbol.asyncIterator]();
    this.#read = first;
  }

  /** What is in front of a mark, as it comes. The mark is taken along, and belongs to nothing. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#read.indexOf(mark);
      if (at >= 0) {
        const last = this.#take(at);
        this.#take(mark.length);
        if (last.length > 0) yield last;
        return;
      }
      // What follows may be the mark's beginning.
      const certain = this.#read.length - mark.length + 1;
      if (certain > 0) yield this.#take(certain);
      await this.#readMore();
    }
  }

  /** The next bytes, which are left where they are. */
  async peek(bytes: number): Promise<Buffer> {
    while (this.#read.length < bytes) await this.#readMore();
    return this.#read.subarray(0, bytes);
  }

  #take(bytes: number): Buffer {
    const taken = this.#read.subarray(0, bytes);
    this.#read = this.#read.subarray(bytes);
    return taken;
  }

  async #readMore(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw invalid("", "its body ends too early");
    this.#read = this.#read.length === 0 ? value : Buffer.concat([this.#read, value]);
  }
}
