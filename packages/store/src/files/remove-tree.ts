import { readFile, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing } from "./errno.ts";

/**
 * Removes a directory and all below it; nothing when it is gone already. Refuses when something is mounted there:
 * a build that was killed could have left the host's own `/dev` in its root.
 */
export async function removeTree(path: string): Promise<void> {
  const real = await realPathOf(path);
  if (real === undefined) return;
  const mounted = (await listMountPoints()).find((point) => point === real || point.startsWith(`${real}/`));
  if (mounted !== undefined)
    throw new Error(`cannot remove ${path}: ${mounted} is mounted; unmount it first`);
  await rm(path, { recursive: true, force: true });
}

// Not of the last part: when it is a link, the link is what gets removed.
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

// proc_pid_mountinfo(5): the fifth field is the mount point, with space, tab, newline and \ as octal escapes.
async function listMountPoints(): Promise<string[]> {
  const text = await readFile("/proc/self/mountinfo", "utf8");
  return text.split("\n").map((line) => unescapeOctal(line.split(" ")[4] ?? ""));
}

function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
