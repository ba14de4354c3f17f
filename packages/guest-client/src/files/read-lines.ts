import { LineSplitter } from "@forkd/posix";
import type { z } from "zod";
import type { Exchange } from "../connection/exchange.ts";
import { parseGuestJson } from "../connection/guest-json.ts";

/** A path, a link's target and metadata, each byte escaped. */
const MAX_LINE_BYTES = 262_144;
/** Of the shortest metadata there are some 400 in a file. */
const BOUNDS = { depth: 2, values: 1024 };

/** The values of a reply of lines, one at a time. What is no such line ends the connection. */
export async function* readLines<T>(
  exchange: Exchange,
  schema: z.ZodType<T>,
): AsyncGenerator<T, void, undefined> {
  const splitter = new LineSplitter({ limitBytes: MAX_LINE_BYTES, tooLong: "refuse" });
  for (let chunk = await exchange.next(); chunk !== null; chunk = await exchange.next())
    for (const line of split(splitter, chunk, exchange)) yield parseLine(line, schema, exchange);
  if (splitter.end().length > 0) throw exchange.breach("ended in the middle of a line");
}

function split(splitter: LineSplitter, chunk: Buffer, exchange: Exchange): string[] {
  try {
    return splitter.push(chunk);
  } catch (error) {
    throw exchange.breach(`was answered with ${(error as RangeError).message}`, error);
  }
}

function parseLine<T>(line: string, schema: z.ZodType<T>, exchange: Exchange): T {
  const errors = {
    unread: (why: string, cause: unknown) => exchange.breach(`was answered with a line that ${why}`, cause),
    misfit: (issues: string, cause: unknown) =>
      exchange.breach(`was answered with a wrong line: ${issues}`, cause),
  };
  return parseGuestJson(Buffer.from(line), schema, errors, BOUNDS);
}
