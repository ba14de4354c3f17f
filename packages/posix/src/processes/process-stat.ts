import { readFileSync } from "node:fs";
import { hasErrno } from "../errno.ts";

/** A process by its pid and its start, which together are never used again. */
export interface ProcessName {
  readonly pid: number;
  /** `starttime` of `/proc/<pid>/stat`, in clock ticks since boot. */
  readonly startTicks: string;
}

interface ProcessStat {
  readonly state: string;
  /** How many threads have not ended, the first one counted until the whole process is waited for. */
  readonly threads: number;
  readonly startTicks: string;
}

/** Names the process that has a pid now, or has ended and is still to be waited for; undefined when there is none. */
export function findProcess(pid: number): ProcessName | undefined {
  const stat = readProcessStat(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

/**
 * Names the first child of a process, whatever pid it has for itself; undefined when there is none. Of a process with
 * threads, only the children of the first are seen (proc_pid_task_tid_children(5)).
 */
export function findChild(pid: number): ProcessName | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ");
    return first ? findProcess(Number(first)) : undefined;
  } catch (error) {
    if (hasErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

/**
 * Whether the process still runs: a zombie (`Z`) or dead (`X`) one does not. One that is killed is a zombie as soon as its
 * first thread has ended, while others still hold its files and its memory.
 */
export function isProcessAlive({ pid, startTicks }: ProcessName): boolean {
  const stat = readProcessStat(pid);
  if (stat === undefined || stat.startTicks !== startTicks) return false;
  return !["Z", "X"].includes(stat.state) || stat.threads > 1;
}

/** Reads `/proc/<pid>/stat`, proc(5); undefined when there is no such process. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch (error) {
    if (hasErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

/** The name of the program, between the first and the last parenthesis, may contain anything. */
export function parseProcessStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", threads: Number(fields[17]), startTicks: fields[19] ?? "" };
}
