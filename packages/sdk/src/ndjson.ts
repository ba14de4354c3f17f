import { unexpectedReply } from "./errors.ts";

/** The longest line that is accepted, in bytes. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;

/**
 * The JSON values of a stream of lines. Empty lines are skipped, and the last line needs no newline. Throws
 * `unexpected_reply` for a line that is no JSON or longer than `maxLineBytes`.
 */
export async function* parseNdjson(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<unknown, void, undefined> {
  const line = new LineBuffer(maxLineBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.push(chunk.subarray(start, end));
      start = end + 1;
      yield* line.take();
    }
    line.push(chunk.subarray(start));
  }
  yield* line.take();
}

/** The parts of one line, joined only once it is whole, so that a long line costs no repeated copying. */
class LineBuffer {
  readonly #decoder = new TextDecoder();
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      throw unexpectedReply(`the daemon sent a line of more than ${this.#maxBytes} bytes`);
    }
    this.#parts.push(part);
  }

  /** The line's value, unless it is empty; starts the next line. */
  *take(): Generator<unknown, void, undefined> {
    const text =
      this.#parts.map((part) => this.#decoder.decode(part, { stream: true })).join("") +
      this.#decoder.decode();
    this.#parts = [];
    this.#bytes = 0;
    if (text.trim() !== "") yield parseJson(text);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unexpectedReply(`the daemon sent a line that is not JSON: ${text.slice(0, 80)}`, 0, error);
  }
}
