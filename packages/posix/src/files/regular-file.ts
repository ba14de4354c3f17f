import { constants, lstatSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { hasErrno, unlessMissing } from "../errno.ts";
import { allocatedBytes } from "./allocated-bytes.ts";
import type { MakeError } from "./make-error.ts";

/** What the kernel says of a file. Two equal signatures mean that nobody wrote to it in between. */
export interface FileFacts {
  /** Device, inode, size, and the times of the last write and the last change, in ns. */
  readonly signature: string;
  readonly sizeBytes: number;
  /** What it takes on the disk; less than its size when it has holes. */
  readonly physicalBytes: number;
}

/**
 * Facts of a regular file of ours, or undefined when there is none. Follows no link; refuses anything else in its place.
 * Asked at once: the kernel answers within some microseconds, and another thread's answer takes fifty times that.
 */
export async function findRegularFile(path: string, makeError: MakeError): Promise<FileFacts | undefined> {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && factsOf(stats, makeError);
}

/** As {@link findRegularFile}, but refuses a file that is missing too. */
export async function inspectRegularFile(path: string, makeError: MakeError): Promise<FileFacts> {
  const facts = await findRegularFile(path, makeError);
  if (facts === undefined) throw makeError("is missing");
  return facts;
}

/**
 * Opens a regular file to read, or gives undefined when there is none. Follows no link, opens no device, and never
 * waits for the other end of a pipe; refuses anything else in its place.
 */
export async function openRegularFileIfAny(
  path: string,
  makeError: MakeError,
): Promise<FileHandle | undefined> {
  const handle = await openNoFollow(path, makeError);
  if (handle === undefined) return undefined;
  await using undo = new AsyncDisposableStack();
  undo.use(handle);
  await inspectHandle(handle, makeError);
  undo.move();
  return handle;
}

/** As {@link openRegularFileIfAny}, but refuses a file that is missing too. */
export async function openRegularFile(path: string, makeError: MakeError): Promise<FileHandle> {
  const handle = await openRegularFileIfAny(path, makeError);
  if (handle === undefined) throw makeError("is missing");
  return handle;
}

/** Facts of the file that is open, whatever its path names by now. */
export async function inspectHandle(handle: FileHandle, makeError: MakeError): Promise<FileFacts> {
  return factsOf(await handle.stat({ bigint: true }), makeError);
}

/** Whether there is a directory. Refuses anything else in its place, a link to one too. */
export async function hasDirectory(path: string, makeError: MakeError): Promise<boolean> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === false) throw makeError("is not a directory");
  return stats !== undefined;
}

async function openNoFollow(path: string, makeError: MakeError): Promise<FileHandle | undefined> {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    return await unlessMissing(open(path, flags));
  } catch (error) {
    if (hasErrno(error, "ELOOP")) throw makeError("is not a regular file");
    throw error;
  }
}

function factsOf(stats: BigIntStats, makeError: MakeError): FileFacts {
  if (!stats.isFile()) throw makeError("is not a regular file");
  return {
    signature: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":"),
    sizeBytes: Number(stats.size),
    physicalBytes: allocatedBytes(stats),
  };
}
