import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd } from "@forkd/sdk";
import { readPrivateGuestMib, readPrivateMib } from "./private-memory.ts";

/** What children cost that do nothing. */
export interface Idle {
  readonly n: number;
  /** Private memory of the VMM's process, guest memory included, in MiB. */
  readonly privateMib: Summary;
  /** The part of it that is guest memory. */
  readonly guestMib: Summary;
  /** Percent of one core. */
  readonly cpuPercent: Summary;
}

const SETTLE_MS = 3000;
const WATCH_MS = 10_000;
const TICKS_PER_SECOND = 100;

export async function measureIdle(forkd: Forkd, tag: string, n: number): Promise<Idle> {
  await using children = await forkd.sandboxes.fork(tag, { n });
  await Promise.all(children.map((child) => child.eval("1")));
  await delay(SETTLE_MS);
  const pids = children.map(({ info }) => info.pid ?? 0);
  const before = pids.map(readCpuTicks);
  await delay(WATCH_MS);
  const used = pids.map((pid, i) => readCpuTicks(pid) - (before[i] ?? 0));
  return {
    n,
    privateMib: summarize(pids.map(readPrivateMib)),
    guestMib: summarize(pids.map(readPrivateGuestMib)),
    cpuPercent: summarize(used.map((ticks) => (ticks / TICKS_PER_SECOND / (WATCH_MS / 1000)) * 100)),
  };
}

/** User and system time of a process, in clock ticks: fields 14 and 15 of proc_pid_stat(5). */
function readCpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
