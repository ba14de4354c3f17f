import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const MAX_LINE_CHARACTERS = 4096;

/**
 * The lines of a program's output, without line ends; a carriage return ends a line too, so that progress bars
 * do. What passes 4096 characters of a line is dropped.
 */
export async function* readLines(stream: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + decoder.write(chunk as Buffer)).split(/[\r\n]+/);
    rest = pieces.pop()?.slice(0, MAX_LINE_CHARACTERS) ?? "";
    for (const piece of pieces) if (piece !== "") yield piece.slice(0, MAX_LINE_CHARACTERS);
  }
  if (rest !== "") yield rest;
}
