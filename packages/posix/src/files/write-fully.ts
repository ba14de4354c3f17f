import type { FileHandle } from "node:fs/promises";

/** Writes all of a buffer to a place in a file; a short write is what precedes the error of a full disk. */
export async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
