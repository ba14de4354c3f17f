import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { allocatedBytes, listDirectory, unlessMissing } from "@forkd/posix";

/** What a file, or a directory and all below it, takes on the disk; 0 when there is none. Follows no link. */
export async function measureTree(path: string): Promise<number> {
  const stats = await unlessMissing(lstat(path));
  if (stats === undefined) return 0;
  let bytes = allocatedBytes(stats);
  if (stats.isDirectory())
    for (const name of await listDirectory(path)) bytes += await measureTree(join(path, name));
  return bytes;
}

/** What a file takes on the disk; 0 when there is none. */
export async function measureFile(path: string): Promise<number> {
  const stats = await unlessMissing(lstat(path));
  return stats === undefined ? 0 : allocatedBytes(stats);
}
