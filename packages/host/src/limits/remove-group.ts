import { rmdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hasErrno } from "@forkd/posix";

const REMOVAL_MS = 3_000;
const RETRY_MS = 20;

/**
 * Removes a group. A process that was reaped can keep its group busy for some milliseconds while its memory is
 * freed; v1 has no event for the end of that.
 */
export async function removeGroup(path: string): Promise<void> {
  const deadline = performance.now() + REMOVAL_MS;
  for (;;) {
    try {
      return await rmdir(path);
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return;
      if (!hasErrno(error, "EBUSY") || performance.now() > deadline) throw error;
    }
    await delay(RETRY_MS);
  }
}
