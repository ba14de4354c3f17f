const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export interface LineLimit {
  readonly limitBytes: number;
  /** What becomes of a line that is longer: it is an error, or loses what passes the limit. */
  readonly tooLong: "refuse" | "cut";
}

/**
 * Cuts a stream of bytes into lines. A carriage return ends a line as a line feed does, so that progress bars do, and
 * what has nothing in it is no line.
 */
export class LineSplitter {
  readonly #limit: LineLimit;
  #pieces: Buffer[] = [];
  #keptBytes = 0;

  constructor(limit: LineLimit) {
    this.#limit = limit;
  }

  /** The lines that `chunk` completes, without their ends. Throws RangeError past a limit that refuses. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== LINE_FEED && chunk[at] !== CARRIAGE_RETURN) continue;
      this.#keep(chunk.subarray(start, at));
      lines.push(...this.end());
      start = at + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The line that the stream ended in, if any. */
  end(): string[] {
    if (this.#pieces.length === 0) return [];
    const line = Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    this.#keptBytes = 0;
    return [line];
  }

  #keep(piece: Buffer): void {
    const { limitBytes, tooLong } = this.#limit;
    const kept = piece.subarray(0, limitBytes - this.#keptBytes);
    if (kept.length < piece.length && tooLong === "refuse") {
      throw new RangeError(`a line of more than ${limitBytes} bytes`);
    }
    if (kept.length === 0) return;
    this.#pieces.push(kept);
    this.#keptBytes += kept.length;
  }
}
