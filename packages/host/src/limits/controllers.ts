import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasErrno, readIfPresent } from "@forkd/posix";
import { limitUnavailable, writeControl } from "./control-file.ts";
import type { MemoryHierarchy } from "./hierarchy.ts";

const SUBTREE = "forkd";

/** The directory of all of our groups. */
export function subtreeOf(hierarchy: MemoryHierarchy): string {
  return join(hierarchy.base, SUBTREE);
}

/** Makes the directory of our groups, and has the memory controller work below it. */
export async function ensureSubtree(hierarchy: MemoryHierarchy): Promise<string> {
  const subtree = subtreeOf(hierarchy);
  if (hierarchy.version === 2) await enableMemory(hierarchy.base);
  try {
    await mkdir(subtree);
  } catch (error) {
    if (!hasErrno(error, "EEXIST")) throw limitUnavailable(`${subtree} could not be made`, error);
  }
  if (hierarchy.version === 2) await enableMemory(subtree);
  return subtree;
}

/**
 * A group other than the root either has processes or hands controllers down, never both
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint). Where the only process in
 * the way is this one, as in a service with `Delegate=yes`, it moves into a leaf of its own.
 */
async function enableMemory(group: string): Promise<void> {
  const control = join(group, "cgroup.subtree_control");
  if ((await readFile(control, "utf8")).split(/\s/).includes("memory")) return;
  try {
    await writeControl(control, "+memory");
  } catch (error) {
    const pids = (await readFile(join(group, "cgroup.procs"), "utf8")).trim().split("\n");
    if (pids.length !== 1 || pids[0] !== String(process.pid)) throw error;
    const leaf = join(group, "forkd-daemon");
    await mkdir(leaf, { recursive: true });
    await writeControl(join(leaf, "cgroup.procs"), String(process.pid));
    await writeControl(control, "+memory");
  }
}

/** Sets a group's limit, keeps it out of swap, and reads it back. */
export async function setMemoryLimit(version: 1 | 2, group: string, limitBytes: number): Promise<void> {
  const files =
    version === 2
      ? { limit: "memory.max", swap: "memory.swap.max", swapValue: "0" }
      : {
          limit: "memory.limit_in_bytes",
          swap: "memory.memsw.limit_in_bytes",
          swapValue: String(limitBytes),
        };
  await writeControl(join(group, files.limit), String(limitBytes));
  // Kernels without swap accounting have no such file, and then v1 can only be told not to swap.
  if ((await readIfPresent(join(group, files.swap))) !== undefined) {
    await writeControl(join(group, files.swap), files.swapValue);
  } else if (version === 1) {
    await writeControl(join(group, "memory.swappiness"), "0");
  }
  const inForce = Number(await readFile(join(group, files.limit), "utf8"));
  if (inForce !== limitBytes) {
    throw limitUnavailable(`${group} says ${inForce} bytes after ${limitBytes} were set`);
  }
}

/** `oom_kill` in `memory.events` (v2) or `memory.oom_control` (v1). */
export async function readOomKills(version: 1 | 2, group: string): Promise<number> {
  const file = version === 2 ? "memory.events" : "memory.oom_control";
  const text = (await readIfPresent(join(group, file))) ?? "";
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
