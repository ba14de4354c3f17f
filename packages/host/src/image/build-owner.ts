import { findProcess, hasErrno, isProcessAlive } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";

const OWNER = /(?:^|\/)forkd-build-(\d+)-(?:(\d+)-)?/;

/** How the directory of a build of this process begins: with who it is for, by pid and start, never used again. */
export function buildPrefix(): string {
  return `forkd-build-${process.pid}-${findProcess(process.pid)?.startTicks ?? 0}-`;
}

/** Whether the name of a build's directory, or a path in one, names a process that lives; undefined for another. */
export function isBuildWanted(path: string): boolean | undefined {
  const [, pid, startTicks] = OWNER.exec(path) ?? [];
  if (pid === undefined) return undefined;
  return startTicks !== undefined && isOwnerAlive({ pid: Number(pid), startTicks });
}

/** A process that is not ours to look at has another user, and got the owner's pid later. */
function isOwnerAlive(owner: ProcessName): boolean {
  try {
    return isProcessAlive(owner);
  } catch (error) {
    if (hasErrno(error, "EACCES", "EPERM")) return false;
    throw error;
  }
}
