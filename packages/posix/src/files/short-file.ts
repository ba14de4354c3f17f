import { readFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { unlessMissing } from "../errno.ts";
import type { MakeError } from "./make-error.ts";
import { readUpTo } from "./read-fully.ts";
import { inspectHandle, openRegularFileIfAny } from "./regular-file.ts";

/**
 * All of an open file, as long as it was when this began: files of the kernel have no length, and reading some of them
 * waits. Refuses one of more than `limitBytes`.
 */
export async function readShort(
  handle: FileHandle,
  limitBytes: number,
  makeError: MakeError,
): Promise<Buffer> {
  const { sizeBytes } = await inspectHandle(handle, makeError);
  if (sizeBytes > limitBytes) throw makeError(`has ${sizeBytes} bytes, more than ${limitBytes}`);
  const bytes = Buffer.alloc(sizeBytes);
  return bytes.subarray(0, await readUpTo(handle, bytes, 0));
}

/** All of a short regular file, opened as {@link openRegularFileIfAny} does; undefined when there is none. */
export async function readShortFile(
  path: string,
  limitBytes: number,
  makeError: MakeError,
): Promise<Buffer | undefined> {
  await using handle = await openRegularFileIfAny(path, makeError);
  return handle && (await readShort(handle, limitBytes, makeError));
}

/** The text of a file of ours or of the kernel, or undefined when there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return unlessMissing(readFile(path, "utf8"));
}
