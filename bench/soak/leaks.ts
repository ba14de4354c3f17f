import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { subtreeName } from "../../packages/host/src/limits/subtree.ts";
import { findLeftovers, findZygotes } from "../../tests/harness/leftovers.ts";
import type { TestDaemon } from "../../tests/harness/test-daemon.ts";

/** What a daemon holds, and what is there of its machines; each a count. */
export type Holdings = Readonly<Record<string, number>>;

export function countHoldings(daemon: TestDaemon): Holdings {
  const { vms, drafts, processes } = findLeftovers(daemon);
  return {
    "machine directories": vms.length,
    drafts: drafts.length,
    machines: processes.length,
    zygotes: findZygotes(daemon.dataDir).length,
    descriptors: readdirSync(`/proc/${daemon.pid}/fd`).length,
    children: readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, "utf8").split(" ").length,
    mounts: readFileSync(`/proc/${daemon.pid}/mounts`, "utf8").split(daemon.dataDir).length - 1,
    sockets: readFileSync("/proc/net/unix", "utf8").split(daemon.dataDir).length - 1,
    "control groups": countGroups(daemon.dataDir),
  };
}

/** What there is more of than before, by name; descriptors of idle connections come and go. */
export function findLeaks(before: Holdings, after: Holdings): string[] {
  const slack = (name: string): number => (name === "descriptors" ? 8 : 0);
  return Object.entries(after)
    .filter(([name, count]) => count > (before[name] ?? 0) + slack(name))
    .map(([name, count]) => `${name}: ${before[name] ?? 0} before, ${count} after`);
}

/** In all hierarchies, each machine's own group in each. */
function countGroups(dataDir: string): number {
  const args = ["/sys/fs/cgroup", "-mindepth", "2", "-type", "d", "-path", `*/${subtreeName(dataDir)}/*`];
  return execFileSync("find", args, { encoding: "utf8" }).split("\n").filter(Boolean).length;
}
