import { join } from "node:path";
import type { HostLimits } from "@forkd/core";
import { writeControl } from "./control-file.ts";
import type { ControlledGroup } from "./controlled-group.ts";

const PERIOD_US = 100_000;

/** Time of CPUs in each period (https://docs.kernel.org/scheduler/sched-bwc.html). */
export async function limitCpu(
  { version, path }: ControlledGroup,
  { cpuLimit }: Pick<HostLimits, "cpuLimit">,
): Promise<void> {
  const quota = cpuLimit === null ? undefined : String(Math.round(cpuLimit * PERIOD_US));
  if (version === 2) return writeControl("CPU", join(path, "cpu.max"), `${quota ?? "max"} ${PERIOD_US}`);
  await writeControl("CPU", join(path, "cpu.cfs_period_us"), String(PERIOD_US));
  await writeControl("CPU", join(path, "cpu.cfs_quota_us"), quota ?? "-1");
}
