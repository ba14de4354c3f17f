import { join } from "node:path";
import type { HostLimits } from "@forkd/core";
import { writeControl } from "./control-file.ts";
import type { ControlledGroup } from "./controlled-group.ts";

/** Threads and processes, by the same file in both versions. */
export async function limitTasks(
  { path }: Pick<ControlledGroup, "path">,
  { taskLimit }: Pick<HostLimits, "taskLimit">,
): Promise<void> {
  await writeControl("task", join(path, "pids.max"), String(taskLimit ?? "max"));
}
