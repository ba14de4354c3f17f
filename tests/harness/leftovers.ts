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

/** The pids of all QEMU processes that work in or below a directory, zygotes left out. */
export function findMachines(directory: string): number[] {
  return findVmms(directory).filter((pid) => !isZygote(pid));
}

/** The pids of the zygotes that machines are copied from. */
export function findZygotes(directory: string): number[] {
  return findVmms(directory).filter(isZygote);
}

/** Each works in a directory of its own. What its command line names may be shared: an image, or a zygote's files. */
export function findVmms(directory: string): number[] {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readCommandLine(pid).includes("qemu-system"))
    .filter((pid) => workingDirectoryOf(pid).startsWith(`${directory}/`));
}

function isZygote(pid: number): boolean {
  return workingDirectoryOf(pid).includes("/zygotes/");
}

function workingDirectoryOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
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
