import { mkdir, readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@forkd/contract";
import type { LimitProvider } from "@forkd/core";
import { hasErrno, unlessMissing } from "@forkd/posix";
import { limitUnavailable } from "./control-file.ts";
import { CONTROLLERS } from "./controllers.ts";
import type { ControlledGroup } from "./controlled-group.ts";
import type { Controller } from "./controllers.ts";
import { findHierarchy } from "./hierarchy.ts";
import type { NoHierarchy } from "./hierarchy.ts";
import { CgroupLimits } from "./limit-group.ts";
import type { MakeGroup } from "./limit-group.ts";
import { ensureSubtree, subtreeName, subtreeOf } from "./subtree.ts";
import type { Subtree } from "./subtree.ts";

const GROUP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Where groups of a controller can be made. */
type FindTree = (controller: Controller) => Promise<Subtree | NoHierarchy>;

export interface LimitProviderOptions {
  /** The data directory of the daemon, whose groups have a directory of their own. */
  readonly dataDir: string;
  /** The group below which ours are made, as a path in the cgroup tree; else the highest that we may write. */
  readonly parent?: string;
}

/** Limits by cgroup v2, or by v1 for a controller that v2 does not have. */
export function createLimitProvider({ dataDir, parent }: LimitProviderOptions): LimitProvider {
  const name = subtreeName(dataDir);
  const find: FindTree = async (controller) => {
    const found = await findHierarchy(controller, parent);
    return "why" in found ? found : { ...found, name };
  };
  const make = (group: string): MakeGroup => {
    checkName(group);
    return async (controller) => {
      const found = await find(controller);
      if ("why" in found) throw limitUnavailable(controller.kind, found.why);
      return makeGroup(controller, found, group);
    };
  };
  return {
    probe: () =>
      Promise.all(
        CONTROLLERS.map(async (controller) => {
          const found = await find(controller);
          const { kind } = controller;
          if ("why" in found) return { kind, available: false, why: found.why };
          return { kind, available: true, why: `cgroup v${found.version} at ${found.base}` };
        }),
      ),
    async createGroup(machine, limits) {
      await using stack = new AsyncDisposableStack();
      const group = stack.use(new CgroupLimits(new Map(), make(machine)));
      await group.begin(limits);
      stack.move();
      return group;
    },
    async adoptGroup(machine) {
      const groups = new Map<Controller, ControlledGroup>();
      for (const controller of CONTROLLERS) {
        const found = await findGroup(await find(controller), checkName(machine));
        if (found) groups.set(controller, found);
      }
      return new CgroupLimits(groups, make(machine));
    },
    async removeStale(keep) {
      for (const subtree of await listSubtrees(find)) await removeEmptyGroups(subtree, keep);
    },
    async removeUnused() {
      for (const subtree of await listSubtrees(find)) await removeUnlessUsed(subtree);
    },
  };
}

function checkName(name: string): string {
  if (GROUP_NAME.test(name)) return name;
  throw limitUnavailable("memory", `'${name}' is not a name of a group`);
}

/** In v2 it may be there for another controller. */
async function makeGroup(controller: Controller, tree: Subtree, name: string): Promise<ControlledGroup> {
  const { version } = tree;
  const path = join(await ensureSubtree(tree, controller), name);
  try {
    await mkdir(path);
  } catch (error) {
    if (!hasErrno(error, "EEXIST"))
      throw limitUnavailable(
        controller.kind,
        `the group ${path} could not be made: ${reasonOf(error)}`,
        error,
      );
  }
  return { version, path };
}

async function findGroup(found: Subtree | NoHierarchy, name: string): Promise<ControlledGroup | undefined> {
  if ("why" in found) return undefined;
  const path = join(subtreeOf(found), name);
  const present = await stat(path).catch(() => undefined);
  return present?.isDirectory() === true ? { version: found.version, path } : undefined;
}

/** Where our groups are, once each: in v2 all controllers have the same. */
async function listSubtrees(find: FindTree): Promise<Set<string>> {
  const found = await Promise.all(CONTROLLERS.map(find));
  return new Set(found.flatMap((tree) => ("why" in tree ? [] : [subtreeOf(tree)])));
}

async function removeEmptyGroups(subtree: string, keep: ReadonlySet<string>): Promise<void> {
  const entries = await unlessMissing(readdir(subtree, { withFileTypes: true }));
  for (const entry of entries ?? []) {
    if (!entry.isDirectory() || keep.has(entry.name)) continue;
    await removeUnlessUsed(join(subtree, entry.name));
  }
}

/** rmdir(2) refuses a group that has processes or groups, so there is nothing to look at first. */
async function removeUnlessUsed(group: string): Promise<void> {
  await rmdir(group).catch((error: unknown) => {
    if (!hasErrno(error, "EBUSY", "ENOENT", "ENOTEMPTY")) throw error;
  });
}
