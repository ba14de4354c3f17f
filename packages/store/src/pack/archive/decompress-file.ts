import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { CallOptions } from "@forkd/core";
import { asFormatError } from "../format/pack-format-error.ts";
import { createDecompressor } from "./zstd.ts";

/** What is in a compressed file, for as long as somebody takes it. Throws `PackFormatError` for what is not zstd. */
export async function* decompressFile(path: string, { signal }: CallOptions): AsyncGenerator<Buffer> {
  const decompressor = createDecompressor();
  const reading = pipeline(createReadStream(path), decompressor, { signal });
  // Whoever iterates gets the error as well.
  reading.catch(() => undefined);
  try {
    yield* decompressor as AsyncIterable<Buffer>;
    await reading;
  } catch (error) {
    throw asFormatError(error);
  }
}
