import type { FileHandle } from "node:fs/promises";

/** Writes a whole buffer to a place in a file; a short write is what precedes the error of a full disk. */
export async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
