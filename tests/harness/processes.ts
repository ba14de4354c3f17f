import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";

export interface HostProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** That of the log which it prints to; a VMM's working directory has no path on the host. */
  readonly directory: string;
}

/** The processes of this host. */
export function listProcesses(): HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      commandLine: orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")),
      directory: orNothing(() => dirname(readlinkSync(`/proc/${pid}/fd/1`))),
    }));
}

/**
 * Whether a process is a VMM that prints to a log below a directory. Each has one of its own; a copy has the command
 * line of its zygote.
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
