import { Readable } from "node:stream";
import { invalid } from "./file-query.ts";
import { MarkedInput } from "./marked-input.ts";
import { parseBoundary, parsePartHead } from "./part-head.ts";
import type { PartHead } from "./part-head.ts";

/** What is in a field of another name is none of the files. */
const FIELD = "file";
const MAX_PARTS = 1000;
const MAX_HEAD_BYTES = 16_384;
const LINE_END = "\r\n";
const HEAD_END = Buffer.from(LINE_END + LINE_END);

/** A file of a form. */
export interface FilePart {
  readonly filename: string | undefined;
  /** What is not read of it is passed over for the next one. */
  readonly content: Readable;
}

/**
 * The files of a `multipart/form-data`, as they come. Throws `invalid_request` for what is none, also from the content of a
 * file that is cut short.
 */
export async function* readParts(body: AsyncIterable<Buffer>, contentType: string): AsyncGenerator<FilePart> {
  const mark = Buffer.from(`${LINE_END}--${parseBoundary(contentType)}`);
  const input = new MarkedInput(body, Buffer.from(LINE_END));
  await passOver(input.until(mark));
  for (let parts = 1; (await input.peek(2)).toString() !== "--"; parts++) {
    if (parts > MAX_PARTS) throw invalid("", `it has more than ${MAX_PARTS} parts`);
    const { field, filename } = await readHead(input);
    const part = new OpenPart(input, mark);
    if (field === FIELD) yield { filename, content: Readable.from(part.read(), { objectMode: false }) };
    await part.passOver();
  }
}

/** A part whose content is being read. */
class OpenPart {
  readonly #input: MarkedInput;
  readonly #mark: Buffer;
  #isOver = false;

  constructor(input: MarkedInput, mark: Buffer) {
    this.#input = input;
    this.#mark = mark;
  }

  async *read(): AsyncGenerator<Buffer> {
    yield* this.#input.until(this.#mark);
    this.#isOver = true;
  }

  async passOver(): Promise<void> {
    if (!this.#isOver) await passOver(this.#input.until(this.#mark));
  }
}

async function readHead(input: MarkedInput): Promise<PartHead> {
  if ((await input.peek(LINE_END.length)).toString() !== LINE_END) throw invalid("", "its body is no form");
  const lines: Buffer[] = [];
  let bytes = 0;
  for await (const some of input.until(HEAD_END)) {
    bytes += some.length;
    if (bytes > MAX_HEAD_BYTES) throw invalid("", `a part of it has a head of over ${MAX_HEAD_BYTES} bytes`);
    lines.push(some);
  }
  return parsePartHead(Buffer.concat(lines).toString());
}

async function passOver(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of content) continue;
}
