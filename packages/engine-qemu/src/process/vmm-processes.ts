import { readdir, readlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MACHINE_FILES, orCancelled } from "@forkd/core";
import type { VmmProcesses, WorkingVmm } from "@forkd/core";
import { killGroup } from "./kill-group.ts";
import { isProcessAlive, readProcessStat } from "./process-table.ts";
import { waitForProcess } from "./vmm-exit.ts";

/** The kernel writes it behind a path that is no longer there, proc_pid_cwd(5). */
const DELETED = / \(deleted\)$/;

/** The QEMU processes that `/proc` shows. */
export const qemuProcesses: VmmProcesses = {
  isAlive: isProcessAlive,
  async list() {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const vmms = await Promise.all(pids.map((pid) => readVmm(Number(pid))));
    return vmms.filter((vmm) => vmm !== undefined);
  },
  async end(name, { signal }) {
    killGroup(name);
    await orCancelled(waitForProcess(name, Promise.resolve()), signal, `ending process ${name.pid}`);
  },
};

/** Undefined for another program, and for a process that is gone or not ours to look at. */
async function readVmm(pid: number): Promise<WorkingVmm | undefined> {
  const place = join("/proc", String(pid));
  try {
    if (!basename(await readlink(join(place, "exe"))).startsWith("qemu-system-")) return undefined;
    const directory = await findDirectory(place);
    const stat = readProcessStat(pid);
    return stat && { pid, startTicks: stat.startTicks, directory };
  } catch {
    return undefined;
  }
}

/** That of its log, which it prints to: where it has a root of its own, its working directory has no path here. */
async function findDirectory(place: string): Promise<string> {
  const output = (await readlink(join(place, "fd/1")).catch(() => "")).replace(DELETED, "");
  if (basename(output) === MACHINE_FILES.vmmLog) return dirname(output);
  return (await readlink(join(place, "cwd"))).replace(DELETED, "");
}
