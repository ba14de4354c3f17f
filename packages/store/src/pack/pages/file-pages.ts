import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE, throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { isZero, readFully } from "@forkd/posix";
import { PackFormatError } from "../format/pack-format-error.ts";

export const CHUNK_BYTES = 1024 * 1024;

/** A file of whole pages that nobody writes to. */
export interface PagedFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/** Calls back for each page that is not all zeros, in ascending order. The bytes are the callee's until it returns. */
export async function visitPages(
  { handle, sizeBytes }: PagedFile,
  visit: (page: number, bytes: Buffer) => void | Promise<void>,
  { signal }: CallOptions,
): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let offset = 0; offset < sizeBytes; offset += CHUNK_BYTES) {
    throwIfAborted(signal, "looking for pages that are not empty");
    const bytes = chunk.subarray(0, Math.min(CHUNK_BYTES, sizeBytes - offset));
    await readPart(handle, bytes, offset);
    if (isZero(bytes, 0, bytes.length)) continue;
    for (let at = 0; at < bytes.length; at += PAGE_SIZE) {
      const end = at + PAGE_SIZE;
      if (!isZero(bytes, at, end)) await visit((offset + at) / PAGE_SIZE, bytes.subarray(at, end));
    }
  }
}

/** Fills `bytes` from a place in a file. Throws `PackFormatError` when the file ends before. */
export function readPart(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  return readFully(handle, bytes, position, (why) => new PackFormatError(`a file that is read ${why}`));
}

/** The first `sizeBytes` of a file. Throws `PackFormatError` when it ends before. */
export async function* readChunks(
  handle: FileHandle,
  sizeBytes: number,
  { signal }: CallOptions,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
    throwIfAborted(signal, "reading a file");
    const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes - at));
    await readPart(handle, bytes, at);
    yield bytes;
  }
}
