import { readFileSync, readdirSync, readlinkSync } from "node:fs";

export interface HostProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** Where it works. */
  readonly directory: string;
}

/** The processes of this host. */
export function listProcesses(): HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      commandLine: orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")),
      directory: orNothing(() => readlinkSync(`/proc/${pid}/cwd`)),
    }));
}

/**
 * Whether a process is a VMM that works below a directory. Each works in one of its own; what its command line names
 * may be shared: an image, or a zygote's files.
 */
export function isVmmBelow({ commandLine, directory }: HostProcess, parent: string): boolean {
  return commandLine.includes("qemu-system") && directory.startsWith(`${parent}/`);
}

/** What has ended cannot be read. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
