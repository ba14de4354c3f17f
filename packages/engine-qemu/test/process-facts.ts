import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { hasErrno } from "@forkd/posix";

/** What the descriptors of a process point to. It runs, and may close one between two looks. */
export function descriptorsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap(
    (fd) => orGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [],
  );
}

/** The kernel's own numbers of a process's eventfds. */
export function eventfdsOf(pid: number): string[] {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map(
    (fd) => orGone(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8")) ?? "",
  );
  return infos.flatMap((info) => /^eventfd-id:\s*(\d+)$/m.exec(info)?.[1] ?? []);
}

function orGone<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function statusOf(pid: number, field: string): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return new RegExp(`^${field}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "";
}

/** Whether this kernel was built with them. */
export const HAS_HUGE_PAGES = existsSync("/sys/kernel/mm/transparent_hugepage");

/** How much of a process is mapped by huge pages. */
export function hugeKib(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^AnonHugePages:\s*(\d+) kB$/m.exec(rollup)?.[1]);
}

/** Nobody may wait for an orphan, which stays a zombie then. */
export function isGone(pid: number): boolean {
  try {
    return statusOf(pid, "State") === "Z";
  } catch {
    return true;
  }
}

/** The directory of the log that a VMM prints to, which is its machine's own. */
export function directoryOf(pid: number | string): string {
  return dirname(readlinkSync(`/proc/${pid}/fd/1`));
}

/** Where every process there is prints to. */
export function listDirectories(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return [directoryOf(pid)];
    } catch {
      return [];
    }
  });
}
