import { chmod, lstat, mkdir, rmdir } from "node:fs/promises";
import { freemem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ForkdError, isDiskFull } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import { hasErrno, readFreeBytes, sha256Of, unlessMissing } from "@forkd/posix";
import type { HotPlace } from "./place.ts";

/** Where Linux distributions mount a tmpfs that everybody may write to. */
const SHARED_MEMORY = "/dev/shm";

const MIB = 1024 * 1024;

/** Where the memory of a data root's snapshots lies when it must be on tmpfs. */
export function locateSharedMemory(root: string): string {
  return join(SHARED_MEMORY, `forkd-${process.getuid?.() ?? 0}`, sha256Of(resolve(root)).slice(0, 16));
}

/**
 * Memory on tmpfs, every page of it allocated: a child that reads a hole when tmpfs is full would be ended with
 * SIGBUS. Throws `out_of_resources` for an image that does not fit, before it is begun.
 */
export function createSharedMemoryPlace(directory: string): HotPlace {
  const turns = new Semaphore(1);
  const freeBytes = async (): Promise<number> => Math.min(await readFreeBytes(directory), freemem());
  const shortage = (id: SnapshotId, why: string, cause?: unknown): ForkdError =>
    new ForkdError(
      "out_of_resources",
      { resource: "shared memory", why: `the memory of ${id} ${why}` },
      { cause },
    );
  return {
    directory,
    holes: "fill",
    prepare: () => ensurePrivate(directory),
    isOurs: async () => (await findUntrusted(directory)) === undefined,
    leave: async () => {
      for (const path of [directory, dirname(directory)]) await removeIfEmpty(path);
    },
    hasRoom: async (bytes) => bytes <= (await freeBytes()),
    refuse: async (id, bytes) => {
      const free = await freeBytes();
      const why = `takes ${Math.ceil(bytes / MIB)} MiB, and ${Math.floor(free / MIB)} MiB are free in ${directory}`;
      if (bytes > free) throw shortage(id, why);
    },
    guard: async (id, work, options) => {
      // One after the other, so that each knows what the one before has taken.
      using _ = await turns.acquire(`room in ${directory}`, options);
      try {
        return await work();
      } catch (error) {
        if (isDiskFull(error)) throw shortage(id, `no longer fits into ${directory}`, error);
        throw error;
      }
    },
  };
}

/** Makes a directory and the one above it for us alone. /dev/shm is everybody's: what is there may be a trap. */
async function ensurePrivate(directory: string): Promise<void> {
  for (const path of [dirname(directory), directory]) {
    await mkdirUnlessThere(path);
    const why = await whyUntrusted(path);
    if (why !== undefined) throw untrusted(path, why);
    await chmod(path, 0o700);
  }
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    // rmdir(2); the directory of another user, or that of another data root beside it, is none of ours.
    if (!hasErrno(error, "ENOTEMPTY", "EEXIST", "ENOENT", "EACCES", "EPERM", "EROFS")) throw error;
  }
}

async function findUntrusted(directory: string): Promise<string | undefined> {
  return (await whyUntrusted(dirname(directory))) ?? (await whyUntrusted(directory));
}

/** Why nothing may be read or removed below a path, or undefined. Follows no link. */
async function whyUntrusted(path: string): Promise<string | undefined> {
  const stats = await unlessMissing(lstat(path));
  if (stats === undefined) return "is missing";
  if (!stats.isDirectory()) return "is not a directory";
  return stats.uid === process.getuid?.() ? undefined : `belongs to user ${stats.uid}`;
}

async function mkdirUnlessThere(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Whoever cannot make it finds that it is missing.
    if (!hasErrno(error, "EEXIST", "ENOENT", "EACCES", "EROFS")) throw error;
  }
}

function untrusted(path: string, why: string): ForkdError {
  return new ForkdError("requirement_missing", {
    requirement: "a directory of its own for the memory of snapshots",
    why: `${path} ${why}`,
    mend: `remove ${path} if it is there, and mount a tmpfs at ${SHARED_MEMORY} that everybody may write to`,
  });
}
