import { createReadStream } from "node:fs";

const LINE_FEED = 10;
/** More than any that is written: names and paths have bounds. */
export const LINE_LIMIT_BYTES = 512 * 1024;

/**
 * The lines of a file as bytes, without their ends, as far as it reached to when it was opened. A last one without an end is
 * not given. Throws RangeError for a line that is longer than we write.
 */
export async function* readLines(path: string, startBytes = 0): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start: startBytes }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_LIMIT_BYTES) throw new RangeError(`a line of more than ${LINE_LIMIT_BYTES} bytes`);
  }
}
