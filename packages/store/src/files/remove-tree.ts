import { realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { listPointsBelow, readMounts, unlessMissing } from "@forkd/posix";

/**
 * Removes a directory and all below it; nothing when it is gone already. Refuses when something is mounted there:
 * a build that was killed could have left the host's own `/dev` in its root.
 */
export async function removeTree(path: string): Promise<void> {
  // Not of the last part: when it is a link, the link is what gets removed.
  const parent = await unlessMissing(realpath(dirname(path)));
  if (parent === undefined) return;
  const [mounted] = listPointsBelow(join(parent, basename(path)), await readMounts());
  if (mounted !== undefined)
    throw new Error(`cannot remove ${path}: ${mounted} is mounted; unmount it first`);
  await rm(path, { recursive: true, force: true });
}
