import type { GuestTask, GuestTasks } from "@forkd/sdk";
import { formatShare } from "../metrics/cpu-shares.ts";
import type { CpuShares } from "../metrics/cpu-shares.ts";
import { renderTable } from "./table.ts";
import { formatBytes, formatDuration } from "./units.ts";

/** The processes of a guest as a table, the busiest since the last round first. */
export function renderTop({ tasks, total }: GuestTasks, shares: CpuShares, atMs: number): string[] {
  const rows = tasks.map((task) => ({ ...task, share: shares.of(task.pid, { atMs, cpuMs: task.cpuMs }) }));
  shares.turn();
  const byUse = (a: Row, b: Row): number => (b.share ?? 0) - (a.share ?? 0) || b.cpuMs - a.cpuMs;
  const lines = renderTable(rows.toSorted(byUse), [
    { head: "PID", cell: ({ pid }) => String(pid), align: "right" },
    { head: "USER", cell: ({ user }) => user },
    { head: "STATE", cell: ({ state }) => STATES[state] ?? state },
    { head: "CPU", cell: ({ share }) => formatShare(share), align: "right" },
    { head: "TIME", cell: ({ cpuMs }) => formatDuration(cpuMs), align: "right" },
    { head: "MEMORY", cell: ({ residentBytes }) => formatBytes(residentBytes), align: "right" },
    { head: "COMMAND", cell: ({ command }) => command },
  ]);
  return total > tasks.length ? [...lines, `(${total - tasks.length} more)`] : lines;
}

type Row = GuestTask & { readonly share: number | undefined };

/** proc(5). */
const STATES: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "waiting",
  Z: "zombie",
  T: "stopped",
  t: "traced",
  I: "idle",
};
