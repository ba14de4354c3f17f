import { readFile, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LimitGroup } from "@forkd/core";
import { hasErrno } from "@forkd/posix";
import { limitUnavailable, writeControl } from "./control-file.ts";
import { readOomKills } from "./controllers.ts";

const REMOVAL_MS = 3_000;
const RETRY_MS = 20;

/** The group in this directory of a cgroup tree. */
export function createLimitGroup(version: 1 | 2, path: string): LimitGroup {
  return {
    async add(pid) {
      await writeControl(join(path, "cgroup.procs"), String(pid));
      const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch((error: unknown) => {
        throw limitUnavailable(`process ${pid} is gone`, error);
      });
      const isIn = groups.split("\n").some((line) => line.endsWith(`/${basename(path)}`));
      if (!isIn) throw limitUnavailable(`process ${pid} did not move to ${path}`);
    },
    countOomKills: () => readOomKills(version, path),
    [Symbol.asyncDispose]: () => removeGroup(path),
  };
}

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
