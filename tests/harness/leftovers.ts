import { join } from "node:path";
import { isVmmBelow } from "./processes.ts";
import type { HostProcess } from "./processes.ts";
import type { TestDaemon } from "./test-daemon.ts";
import { TEST_HOST } from "./test-host.ts";

/** What a daemon's work can leave behind: machine directories, drafts, and processes that work in its data. */
export function findLeftovers({ dataDir }: TestDaemon): {
  vms: string[];
  drafts: string[];
  processes: number[];
} {
  return {
    vms: TEST_HOST.list(join(dataDir, "vms")),
    drafts: TEST_HOST.list(join(dataDir, "drafts")),
    processes: findMachines(dataDir),
  };
}

/** The pids of all QEMU processes that print to a log below a directory, zygotes left out. */
export function findMachines(directory: string): number[] {
  return pidsOf(findVmms(directory).filter((vmm) => !isZygote(vmm)));
}

/** The pids of the zygotes that machines are copied from. */
export function findZygotes(directory: string): number[] {
  return pidsOf(findVmms(directory).filter(isZygote));
}

function findVmms(directory: string): HostProcess[] {
  return TEST_HOST.listProcesses().filter((process) => isVmmBelow(process, directory));
}

function isZygote({ directory }: HostProcess): boolean {
  return directory.includes("/zygotes/");
}

function pidsOf(processes: readonly HostProcess[]): number[] {
  return processes.map(({ pid }) => pid);
}
