import type { FileHandle } from "node:fs/promises";
import type { MakeError } from "./make-error.ts";

/** Fills a buffer from a place in a file as far as the file goes, and gives how many bytes that were. */
export async function readUpTo(handle: FileHandle, into: Buffer, position: number): Promise<number> {
  let done = 0;
  for (let bytesRead = -1; done < into.length && bytesRead !== 0; done += bytesRead) {
    ({ bytesRead } = await handle.read(into, done, into.length - done, position + done));
  }
  return done;
}

/** Fills a buffer from a place in a file. Refuses a file that ends before. */
export async function readFully(
  handle: FileHandle,
  into: Buffer,
  position: number,
  makeError: MakeError,
): Promise<void> {
  const done = await readUpTo(handle, into, position);
  if (done < into.length) throw makeError(`ends after ${position + done} bytes`);
}
