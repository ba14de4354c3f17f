import { readFileSync } from "node:fs";
import { findProcess, isProcessAlive, waitUntilGone } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { listProcesses } from "./processes.ts";

/** In the environment of all that a run of tests starts: the process that runs them. */
const RUN = "FORKD_TEST_RUN";

/** Marks what this process starts, and ends what was started by runs that were broken off: their daemons hold the data. */
export async function endEarlierRuns(): Promise<void> {
  const left = listProcesses().flatMap(({ pid }) => (isOfEarlierRun(pid) ? (findProcess(pid) ?? []) : []));
  for (const { pid } of left) process.kill(pid, "SIGKILL");
  await Promise.all(left.map((process) => waitUntilGone(process)));
  process.env[RUN] = JSON.stringify(findProcess(process.pid));
}

function isOfEarlierRun(pid: number): boolean {
  const run = readRun(pid);
  return run !== undefined && !isProcessAlive(run);
}

function readRun(pid: number): ProcessName | undefined {
  try {
    const entry = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .find((it) => it.startsWith(`${RUN}=`));
    return entry === undefined ? undefined : (JSON.parse(entry.slice(RUN.length + 1)) as ProcessName);
  } catch {
    // It has ended meanwhile, or is another user's.
    return undefined;
  }
}
