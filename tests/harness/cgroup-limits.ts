import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a process's limits of a controller are: in v1's hierarchy of that, or v2's only one, by proc_pid_cgroup(5). */
export function groupOf(pid: number, controller: string): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const v1 = lines.find((line) => line.split(":")[1]?.split(",").includes(controller));
  if (v1 !== undefined) return join("/sys/fs/cgroup", controller, v1.split(":")[2] ?? "");
  return join("/sys/fs/cgroup", lines.find((line) => line.startsWith("0::"))?.slice(3) ?? "");
}

/** The file of a group's memory limit. */
export function memoryLimitFile(group: string): string {
  return findFile(group, ["memory.limit_in_bytes", "memory.max"]);
}

/** How many bytes a group has. */
export function readMemoryUse(group: string): number {
  return Number(readFileSync(findFile(group, ["memory.usage_in_bytes", "memory.current"]), "utf8"));
}

/** What the kernel holds a process to. */
export function readLimits(pid: number) {
  const quota = findFile(groupOf(pid, "cpu"), ["cpu.cfs_quota_us", "cpu.max"]);
  return {
    memoryMib: Number(readFileSync(memoryLimitFile(groupOf(pid, "memory")), "utf8")) / 1024 ** 2,
    cpus: Number.parseInt(readFileSync(quota, "utf8")) / 100_000,
    tasks: Number(readFileSync(join(groupOf(pid, "pids"), "pids.max"), "utf8")),
  };
}

/** That of these names which there is, by the version. */
function findFile(group: string, names: readonly string[]): string {
  return names.map((name) => join(group, name)).find((path) => existsSync(path)) ?? "";
}
