import { stripVTControlCharacters } from "node:util";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { readUpTo, unlessMissing } from "@forkd/posix";

/** Longest line that is passed on; the rest of it is dropped. */
const LINE_LIMIT = 1000;
/** From what length on a log is cut, and what is kept of it then. */
const LOG_LIMIT = { limitBytes: 4 * 1024 * 1024, keepBytes: 1024 * 1024 };

/**
 * The last lines of a log that a guest or QEMU writes, oldest first, without control characters. A file that does not
 * exist has no lines. Reads at most `maxBytes`.
 */
export async function readTail(path: string, maxLines: number, maxBytes: number): Promise<string[]> {
  await using file = await openIfExists(path, constants.O_RDONLY);
  if (file === undefined) return [];
  const bytes = await readLastBytes(file, maxBytes);
  return bytes
    .toString("utf8")
    .split(/[\r\n]+/)
    .map((line) => stripControls(line).slice(0, LINE_LIMIT))
    .filter((line) => line.trim() !== "")
    .slice(-maxLines);
}

/**
 * Cuts a log that grew too long down to its last part, while QEMU appends to it: a hostile guest can print without end.
 * What is written between reading and cutting is lost. Returns whether it was cut.
 */
export async function trimLog(path: string, { limitBytes, keepBytes } = LOG_LIMIT): Promise<boolean> {
  await using file = await openIfExists(path, constants.O_RDWR | constants.O_APPEND);
  if (file === undefined) return false;
  const { size } = await file.stat();
  if (size <= limitBytes) return false;
  const tail = await readLastBytes(file, keepBytes);
  await file.truncate(0);
  await file.appendFile(tail);
  return true;
}

function openIfExists(path: string, flags: number): Promise<FileHandle | undefined> {
  return unlessMissing(open(path, flags | constants.O_NOFOLLOW));
}

async function readLastBytes(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.min(size, maxBytes));
  return bytes.subarray(0, await readUpTo(file, bytes, size - bytes.length));
}

/** A guest's terminal sequences must not reach the terminal of whoever reads an error. */
function stripControls(line: string): string {
  return stripVTControlCharacters(line).replaceAll(/\p{Cc}/gu, "");
}
