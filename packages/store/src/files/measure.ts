import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./errno.ts";
import { listDirectory } from "./list-directory.ts";

/** What a file, or a directory and all below it, takes on the disk; 0 when there is none. Follows no link. */
export async function measureTree(path: string): Promise<number> {
  const stats = await lstatUnlessMissing(path);
  if (stats === undefined) return 0;
  let bytes = stats.blocks * 512;
  if (stats.isDirectory())
    for (const name of await listDirectory(path)) bytes += await measureTree(join(path, name));
  return bytes;
}

/** What a file takes on the disk; 0 when there is none. */
export async function measureFile(path: string): Promise<number> {
  return ((await lstatUnlessMissing(path))?.blocks ?? 0) * 512;
}

async function lstatUnlessMissing(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
