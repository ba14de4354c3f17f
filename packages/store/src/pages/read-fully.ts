import type { FileHandle } from "node:fs/promises";
import type { Blame } from "../files/regular-file.ts";

/** Fills a buffer from a place in a file. Blames a file that ends before. */
export async function readFully(
  handle: FileHandle,
  into: Buffer,
  position: number,
  blame: Blame,
): Promise<void> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw blame(`ends after ${position + done} bytes`);
    done += bytesRead;
  }
}
