import { statfs } from "node:fs/promises";

/** What the file system that a path is on has free for us. */
export async function readFreeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
