import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasErrno } from "@forkd/posix";
import { limitUnavailable, writeControl } from "./control-file.ts";
import { CONTROLLERS } from "./controllers.ts";
import type { Controller } from "./controllers.ts";
import type { Hierarchy } from "./hierarchy.ts";

/** Where the groups of one daemon are. */
export interface Subtree extends Hierarchy {
  readonly name: string;
}

/** The same for the daemons that follow each other over a data directory, and no other's: what is stale there is its. */
export function subtreeName(dataDir: string): string {
  return `forkd-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
}

/** The directory of all of its groups. */
export function subtreeOf({ base, name }: Subtree): string {
  return join(base, name);
}

/** Makes the directory of our groups, and has the controller work below it. */
export async function ensureSubtree(tree: Subtree, controller: Controller): Promise<string> {
  const subtree = subtreeOf(tree);
  if (tree.version === 2) await enableAll(tree.base, controller);
  try {
    await mkdir(subtree);
  } catch (error) {
    if (!hasErrno(error, "EEXIST"))
      throw limitUnavailable(controller.kind, `${subtree} could not be made`, error);
  }
  if (tree.version === 2) await enableAll(subtree, controller);
  return subtree;
}

/** In v2 a group has all controllers, so that its memory is counted before it is limited. */
async function enableAll(group: string, needed: Controller): Promise<void> {
  for (const controller of CONTROLLERS) {
    const enabled = enable(controller, group);
    await (controller === needed ? enabled : enabled.catch(() => {}));
  }
}

/**
 * A group other than the root either has processes or hands controllers down, never both
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint). Where the only process in
 * the way is this one, as in a service with `Delegate=yes`, it moves into a leaf of its own.
 */
async function enable({ kind, name }: Controller, group: string): Promise<void> {
  const control = join(group, "cgroup.subtree_control");
  if ((await readFile(control, "utf8")).split(/\s/).includes(name)) return;
  try {
    await writeControl(kind, control, `+${name}`);
  } catch (error) {
    const pids = (await readFile(join(group, "cgroup.procs"), "utf8")).trim().split("\n");
    if (pids.length !== 1 || pids[0] !== String(process.pid)) throw error;
    const leaf = join(group, "forkd-daemon");
    await mkdir(leaf, { recursive: true });
    await writeControl(kind, join(leaf, "cgroup.procs"), String(process.pid));
    await writeControl(kind, control, `+${name}`);
  }
}
