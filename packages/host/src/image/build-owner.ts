import { readFileSync } from "node:fs";

const OWNER = /(?:^|\/)forkd-build-(\d+)-(?:(\d+)-)?/;

/** How the directory of a build of this process begins: with who it is for, by pid and start, never used again. */
export function buildPrefix(): string {
  return `forkd-build-${process.pid}-${readStart(process.pid) ?? 0}-`;
}

/** Whether the name of a build's directory, or a path in one, names a process that lives; undefined for another. */
export function isBuildWanted(path: string): boolean | undefined {
  const [, pid, start] = OWNER.exec(path) ?? [];
  if (pid === undefined) return undefined;
  return start !== undefined && readStart(Number(pid)) === start;
}

/** `starttime` of proc_pid_stat(5), after a name that may have anything in it; undefined once it has ended. */
function readStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
