import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { HostLimits, LimitChange, LimitGroup } from "@forkd/core";
import { CONTROLLERS, isWanted } from "./controllers.ts";
import type { ControlledGroup } from "./controlled-group.ts";
import type { Controller } from "./controllers.ts";
import { limitUnavailable, writeControl } from "./control-file.ts";
import { removeGroup } from "./remove-group.ts";
import { readOomKills } from "./limit-memory.ts";

const CHARGED_ELSEWHERE =
  "what it has in memory is not counted for it, since it was forked without a limit: suspend it, change the limit, " +
  "and resume it";

/** Makes the group of a controller, without limits. */
export type MakeGroup = (controller: Controller) => Promise<ControlledGroup>;

/** The group of a machine in the tree of each controller that has one. */
export class CgroupLimits implements LimitGroup {
  readonly #groups: Map<Controller, ControlledGroup>;
  readonly #make: MakeGroup;

  constructor(groups: ReadonlyMap<Controller, ControlledGroup>, make: MakeGroup) {
    this.#groups = new Map(groups);
    this.#make = make;
  }

  /** Puts the limits of a machine in force that has no process yet. */
  async begin(limits: HostLimits): Promise<void> {
    for (const controller of CONTROLLERS)
      if (isWanted(controller, limits)) await controller.apply(await this.#open(controller), limits);
  }

  async add(pid: number): Promise<void> {
    for (const [{ kind }, { path }] of this.#groups) {
      await writeControl(kind, `${path}/cgroup.procs`, String(pid));
      const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch((error: unknown) => {
        throw limitUnavailable(kind, `process ${pid} is gone`, error);
      });
      const isIn = groups.split("\n").some((line) => line.endsWith(`/${basename(path)}`));
      if (!isIn) throw limitUnavailable(kind, `process ${pid} did not move to ${path}`);
    }
  }

  async change({ pid, from, to }: LimitChange): Promise<void> {
    await using undo = new AsyncDisposableStack();
    for (const controller of CONTROLLERS) {
      if (controller.fields.every((field) => from[field] === to[field])) continue;
      const group = this.#groups.get(controller) ?? (await this.#join(controller, pid));
      undo.defer(() => controller.apply(group, from));
      await controller.apply(group, to);
    }
    undo.move();
  }

  async countOomKills(): Promise<number> {
    const counts = await Promise.all(this.#groups.values().map(readOomKills));
    return Math.max(0, ...counts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const paths = new Set(this.#groups.values().map(({ path }) => path));
    for (const path of paths) await removeGroup(path);
  }

  /** A running process keeps being charged where it was for the memory that it has. */
  async #join(controller: Controller, pid: number): Promise<ControlledGroup> {
    if (controller.kind === "memory") throw limitUnavailable(controller.kind, CHARGED_ELSEWHERE);
    const group = await this.#open(controller);
    await this.add(pid);
    return group;
  }

  async #open(controller: Controller): Promise<ControlledGroup> {
    const group = await this.#make(controller);
    this.#groups.set(controller, group);
    return group;
  }
}
