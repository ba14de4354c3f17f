import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { lstat, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { errnoOf, isMissing } from "./errno.ts";

/** Makes the error for a file that is not as it must be; `why` completes "the file …". */
export type Blame = (why: string) => Error;

/** What the kernel says of a file. Two equal signatures mean that nobody wrote to it in between. */
export interface FileFacts {
  /** Device, inode, size, and the times of the last write and the last change, in ns. */
  readonly signature: string;
  readonly sizeBytes: number;
  /** What it takes on the disk; less than its size when it has holes. */
  readonly physicalBytes: number;
}

/** Facts of a regular file, or undefined when there is none. Follows no link; blames anything else in its place. */
export async function findRegularFile(path: string, blame: Blame): Promise<FileFacts | undefined> {
  try {
    return factsOf(await lstat(path, { bigint: true }), blame);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** As {@link findRegularFile}, but blames a file that is missing too. */
export async function inspectRegularFile(path: string, blame: Blame): Promise<FileFacts> {
  const facts = await findRegularFile(path, blame);
  if (facts === undefined) throw blame("is missing");
  return facts;
}

/** Opens a regular file to read. Follows no link and never waits for the other end of a pipe. */
export async function openRegularFile(path: string, blame: Blame): Promise<FileHandle> {
  const handle = await openNoFollow(path, blame);
  await using undo = new AsyncDisposableStack();
  undo.use(handle);
  await inspectHandle(handle, blame);
  undo.move();
  return handle;
}

/** Facts of the file that is open, whatever its path names by now. */
export async function inspectHandle(handle: FileHandle, blame: Blame): Promise<FileFacts> {
  return factsOf(await handle.stat({ bigint: true }), blame);
}

/** Whether there is a directory. Blames anything else in its place, a link to one too. */
export async function hasDirectory(path: string, blame: Blame): Promise<boolean> {
  try {
    if (!(await lstat(path)).isDirectory()) throw blame("is not a directory");
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function openNoFollow(path: string, blame: Blame): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) throw blame("is missing");
    if (errnoOf(error) === "ELOOP") throw blame("is not a regular file");
    throw error;
  }
}

function factsOf(stats: BigIntStats, blame: Blame): FileFacts {
  if (!stats.isFile()) throw blame("is not a regular file");
  return {
    signature: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":"),
    sizeBytes: Number(stats.size),
    // stat(2): st_blocks counts units of 512 bytes, whatever the file system's block size is.
    physicalBytes: Number(stats.blocks) * 512,
  };
}
