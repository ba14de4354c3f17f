import { chmod, lstat, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";

const SETUID_AND_SETGID = 0o6000;

/**
 * Takes out of a tree that a guest sent what has power over the host: devices, pipes and sockets are removed, setuid
 * and setgid bits cleared. Gives the paths of what was removed. Links are not followed.
 */
export async function sanitizeTree(dir: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const found = await lstat(path);
    if (found.isDirectory() || found.isFile()) {
      if ((found.mode & SETUID_AND_SETGID) !== 0) await chmod(path, found.mode & 0o1777);
      if (found.isDirectory()) removed.push(...(await sanitizeTree(path)));
    } else if (!found.isSymbolicLink()) {
      await unlink(path);
      removed.push(path);
    }
  }
  return removed;
}
