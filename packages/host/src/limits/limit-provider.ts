import { mkdir, readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@forkd/contract";
import type { LimitProvider } from "@forkd/core";
import { hasErrno, unlessMissing } from "@forkd/posix";
import { limitUnavailable } from "./control-file.ts";
import { ensureSubtree, setMemoryLimit, subtreeOf } from "./controllers.ts";
import type { MemoryHierarchy } from "./hierarchy.ts";
import { findMemoryHierarchy } from "./hierarchy.ts";
import { createLimitGroup, removeGroup } from "./limit-group.ts";

const GROUP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const MIB = 1024 ** 2;

export interface LimitProviderOptions {
  /** The group below which ours are made, as a path in the cgroup tree; else the highest that we may write. */
  readonly parent?: string;
}

/** Memory limits by cgroup v2, or v1 where v2 has no memory controller. All groups are below `forkd`. */
export function createLimitProvider({ parent }: LimitProviderOptions = {}): LimitProvider {
  return {
    async probe() {
      const found = await findMemoryHierarchy(parent);
      if ("why" in found) return { available: false, why: found.why };
      return { available: true, why: `cgroup v${found.version} at ${found.base}` };
    },
    async createMemoryGroup(name, limitMib) {
      const hierarchy = await requireHierarchy(parent);
      const path = join(await ensureSubtree(hierarchy), checkName(name));
      await makeGroup(path);
      try {
        await setMemoryLimit(hierarchy.version, path, limitMib * MIB);
      } catch (error) {
        await removeGroup(path);
        throw error;
      }
      return createLimitGroup(hierarchy.version, path);
    },
    async adoptGroup(name) {
      const found = await findMemoryHierarchy(parent);
      if ("why" in found) return undefined;
      const path = join(subtreeOf(found), checkName(name));
      const present = await stat(path).catch(() => undefined);
      return present?.isDirectory() === true ? createLimitGroup(found.version, path) : undefined;
    },
    async removeStale(keep) {
      const found = await findMemoryHierarchy(parent);
      if (!("why" in found)) await removeEmptyGroups(subtreeOf(found), keep);
    },
  };
}

async function requireHierarchy(parent: string | undefined): Promise<MemoryHierarchy> {
  const found = await findMemoryHierarchy(parent);
  if ("why" in found) throw limitUnavailable(found.why);
  return found;
}

function checkName(name: string): string {
  if (GROUP_NAME.test(name)) return name;
  throw limitUnavailable(`'${name}' is not a name of a group`);
}

/** An empty group of that name is what a crash left. */
async function makeGroup(path: string): Promise<void> {
  try {
    await unlessMissing(rmdir(path));
    await mkdir(path);
  } catch (error) {
    throw limitUnavailable(`the group ${path} could not be made: ${reasonOf(error)}`, error);
  }
}

/** rmdir(2) refuses a group that has processes, so there is nothing to look at first. */
async function removeEmptyGroups(subtree: string, keep: ReadonlySet<string>): Promise<void> {
  const entries = await unlessMissing(readdir(subtree, { withFileTypes: true }));
  for (const entry of entries ?? []) {
    if (!entry.isDirectory() || keep.has(entry.name)) continue;
    await rmdir(join(subtree, entry.name)).catch((error: unknown) => {
      if (!hasErrno(error, "EBUSY", "ENOENT")) throw error;
    });
  }
}
