/** Cuts a stream of bytes into lines, and refuses a line of more than `limitBytes`. */
export class LineReader {
  readonly #limitBytes: number;
  #pieces: Buffer[] = [];
  #pendingBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The lines that `chunk` completes, without their ends. Throws RangeError past the limit. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#pieces).toString("utf8").trimEnd());
      this.#pieces = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(piece: Buffer): void {
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes > this.#limitBytes) {
      throw new RangeError(`a line of more than ${this.#limitBytes} bytes`);
    }
    if (piece.length > 0) this.#pieces.push(piece);
  }
}
