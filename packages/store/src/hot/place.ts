import { mkdir } from "node:fs/promises";
import { namingDiskFull } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { readFreeBytes } from "@forkd/posix";

/** Where hot images lie, and how many of them may. */
export interface HotPlace {
  readonly directory: string;
  readonly holes: "keep" | "fill";
  /** Makes the directory. Throws `requirement_missing` when it cannot be trusted. */
  prepare(): Promise<void>;
  /** Whether the directory is there and can be trusted. */
  isOurs(): Promise<boolean>;
  /** Removes the directory if nothing is in it and it is of no use empty. */
  leave(): Promise<void>;
  /** Whether there is room for so many bytes more, next to `usedBytes` of images. */
  hasRoom(bytes: number, usedBytes: number): Promise<boolean>;
  /** Throws when an image of so many bytes cannot be had although every image that can go is gone. */
  refuse(id: SnapshotId, bytes: number): Promise<void>;
  /** Runs work that makes room and writes there; a want of space becomes the error that says so. */
  guard<Value>(id: SnapshotId, work: () => Promise<Value>, options: CallOptions): Promise<Value>;
}

/** Hot images on disk take at most 16 GiB, or a quarter of what would be free without them if that is less. */
const DISK_LIMIT_BYTES = 16 * 1024 ** 3;
const DISK_LIMIT_SHARE = 0.25;

/** Hot images on the file system of the store. One that is wanted is made, however large it is. */
export function createDiskPlace(directory: string, limitBytes = DISK_LIMIT_BYTES): HotPlace {
  return {
    directory,
    holes: "keep",
    prepare: async () => void (await mkdir(directory, { recursive: true, mode: 0o700 })),
    isOurs: async () => true,
    leave: async () => undefined,
    hasRoom: async (bytes, usedBytes) => {
      const available = (await readFreeBytes(directory)) + usedBytes;
      const limit = Math.min(limitBytes, available * DISK_LIMIT_SHARE);
      return usedBytes + bytes <= limit;
    },
    refuse: async () => undefined,
    guard: (id, work) => namingDiskFull(directory, `the memory of ${id}`, work),
  };
}
