import type { Readable } from "node:stream";
import { LineSplitter } from "@forkd/posix";

const LINE_LIMIT_BYTES = 4096;

/** The lines of a program's output, without line ends. What passes 4096 bytes of a line is dropped. */
export async function* readLines(stream: Readable): AsyncGenerator<string> {
  const splitter = new LineSplitter({ limitBytes: LINE_LIMIT_BYTES, tooLong: "cut" });
  for await (const chunk of stream) yield* splitter.push(chunk as Buffer);
  yield* splitter.end();
}
