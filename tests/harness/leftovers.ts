import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { TestDaemon } from "./test-daemon.ts";

/** What a daemon's work can leave behind: machine directories, drafts, and processes that work in its data. */
export function findLeftovers({ dataDir }: TestDaemon): {
  vms: string[];
  drafts: string[];
  processes: number[];
} {
  return {
    vms: list(join(dataDir, "vms")),
    drafts: list(join(dataDir, "drafts")),
    processes: findMachines(dataDir),
  };
}

/** The pids of all QEMU processes that have a file of this directory open by name, zygotes left out. */
export function findMachines(directory: string): number[] {
  return findVmms(directory).filter((pid) => !isZygote(pid));
}

/** The pids of the zygotes that machines are copied from. */
export function findZygotes(directory: string): number[] {
  return findVmms(directory).filter(isZygote);
}

function findVmms(directory: string): number[] {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const commandLine = readCommandLine(pid);
      return commandLine.startsWith("qemu") || commandLine.includes("/qemu-system")
        ? commandLine.includes(directory)
        : false;
    });
}

/** A copy has the command line of its zygote, but a directory of its own. */
function isZygote(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).includes("/zygotes/");
  } catch {
    return false;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
