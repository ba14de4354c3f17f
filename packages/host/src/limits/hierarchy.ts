import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readIfPresent, readMounts } from "@forkd/posix";
import type { Mount } from "@forkd/posix";
import type { Controller } from "./controllers.ts";

/** A cgroup tree with a controller, and the group in it below which we may make our own. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly base: string;
}

/** Why there is none. */
export interface NoHierarchy {
  readonly why: string;
}

interface CgroupMount {
  readonly version: 1 | 2;
  /** What of the tree is mounted: `/`, or a container's part of it. */
  readonly root: string;
  readonly point: string;
}

/** Those of cgroup v2 and of v1's controller of this name, in that order. */
export function listMounts(mounts: readonly Mount[], controller: string): CgroupMount[] {
  const v2 = mounts.filter(({ type }) => type === "cgroup2");
  const v1 = mounts.filter(({ type, options }) => type === "cgroup" && options.includes(controller));
  return [
    ...v2.map(({ root, point }) => ({ version: 2 as const, root, point })),
    ...v1.map(({ root, point }) => ({ version: 1 as const, root, point })),
  ];
}

/** The group of a process in a tree, from the text of `/proc/<pid>/cgroup`, see cgroups(7); `/` when it has none. */
export function findOwnGroup(cgroups: string, version: 1 | 2, controller: string): string {
  for (const line of cgroups.split("\n")) {
    const [id, controllers = "", ...path] = line.split(":");
    const matches =
      version === 2 ? id === "0" && controllers === "" : controllers.split(",").includes(controller);
    if (matches) return path.join(":");
  }
  return "/";
}

/**
 * Finds where groups of a controller can be made: below `parent` (a path in the tree), or else below the highest group
 * from the root of the tree down to our own that we may write, which is where an administrator delegated to us.
 */
export async function findHierarchy(
  { name }: Pick<Controller, "name">,
  parent?: string,
): Promise<Hierarchy | NoHierarchy> {
  const mounts = listMounts(await readMounts(), name);
  const cgroups = await readFile("/proc/self/cgroup", "utf8");
  const reasons: string[] = [];
  for (const mount of mounts) {
    const candidates =
      parent === undefined
        ? listAncestors(mount, findOwnGroup(cgroups, mount.version, name))
        : [join(mount.point, parent)];
    for (const base of candidates) {
      const refusal = await explainRefusal(name, mount.version, base);
      if (refusal === undefined) return { version: mount.version, base };
      reasons.push(refusal);
    }
  }
  return { why: reasons.at(-1) ?? `no cgroup tree with the ${name} controller is mounted` };
}

function listAncestors(mount: CgroupMount, own: string): string[] {
  const relative = mount.root !== "/" && own.startsWith(mount.root) ? own.slice(mount.root.length) : own;
  const parts = relative.split("/").filter((part) => part !== "" && part !== "..");
  return [mount.point, ...parts.map((_, index) => join(mount.point, ...parts.slice(0, index + 1)))];
}

async function explainRefusal(name: string, version: 1 | 2, base: string): Promise<string | undefined> {
  if (version === 2) {
    const controllers = (await readIfPresent(join(base, "cgroup.controllers")))?.trim().split(" ") ?? [];
    if (!controllers.includes(name)) return `the ${name} controller of cgroup v2 is not available in ${base}`;
  }
  const needed = version === 2 ? [base, join(base, "cgroup.subtree_control")] : [base];
  for (const path of needed) {
    const writable = await access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!writable) return `${path} is not writable`;
  }
  return undefined;
}
