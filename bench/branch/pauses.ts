import { setTimeout as delay } from "node:timers/promises";
import { summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { BranchInfo, Forkd, Sandbox } from "@forkd/sdk";
import { startLoad } from "./load.ts";
import type { Load } from "./load.ts";

/** One way to branch one kind of machine, and what its source noticed. */
export interface Pauses {
  readonly name: string;
  readonly mode: string;
  readonly memoryMib: number;
  /** For how long the source's vCPUs stood still, in ms. */
  readonly pause: Summary;
  /** The longest time between two answers that a client saw who asked the guest all the time, in ms. */
  readonly longestGap: Summary;
  /** From the request until the snapshot was stored, in ms. */
  readonly wall: Summary;
  /** MiB that the source had written itself. */
  readonly dirtyMib: Summary;
  /** Bytes of the memory layer or image for each dirty byte. */
  readonly bytesPerDirtyByte: Summary;
  /** The medians of the first and of the last five pauses, in ms. */
  readonly first: number;
  readonly last: number;
}

export interface PauseCase {
  readonly name: string;
  readonly tag: string;
  readonly mode: "full" | "diff" | "live";
  readonly load: Load;
}

const TAG = "bench-branch";
const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;
/** Between branches, so that each meets a machine at work and not the end of the one before. */
const REST_MS = 300;

/** Branches one machine `runs` times while it works. */
export async function measurePauses(forkd: Forkd, wanted: PauseCase, runs: number): Promise<Pauses> {
  const { name, tag, mode, load } = wanted;
  await using sources = await forkd.sandboxes.fork(tag, { liveFork: mode === "live" });
  const [source] = sources;
  if (!source) throw new Error("the daemon forked nothing");
  await startLoad(source, load);
  const branches: BranchInfo[] = [];
  const gaps: number[] = [];
  const walls: number[] = [];
  for (let run = 0; run < runs; run++) {
    await delay(REST_MS);
    const startedAt = performance.now();
    const { result, longestGapMs } = await whilePinging(source, () => source.branch({ tag: TAG, mode }));
    walls.push(performance.now() - startedAt);
    branches.push(result);
    gaps.push(longestGapMs);
    await forkd.snapshots.remove(TAG, { force: true });
  }
  const pauses = branches.map(({ pauseMs }) => pauseMs ?? 0);
  return {
    name,
    mode,
    memoryMib: source.info.memoryMib,
    pause: summarize(pauses),
    longestGap: summarize(gaps),
    wall: summarize(walls),
    dirtyMib: summarize(branches.map(({ dirtyPages }) => (dirtyPages * PAGE_BYTES) / MIB)),
    bytesPerDirtyByte: summarize(
      branches.map(({ bytesCaptured, dirtyPages }) => bytesCaptured / (dirtyPages * PAGE_BYTES)),
    ),
    first: summarize(pauses.slice(0, 5)).p50,
    last: summarize(pauses.slice(-5)).p50,
  };
}

/** Asks the guest's agent again and again while `work` runs, and gives the longest time without an answer. */
async function whilePinging<Result>(
  sandbox: Sandbox,
  work: () => Promise<Result>,
): Promise<{ result: Result; longestGapMs: number }> {
  const done = new AbortController();
  let longestGapMs = 0;
  const ping = async (): Promise<void> => {
    let lastAt = performance.now();
    while (!done.signal.aborted) {
      await sandbox.ping();
      longestGapMs = Math.max(longestGapMs, performance.now() - lastAt);
      lastAt = performance.now();
    }
  };
  const pinging = ping();
  const result = await work().finally(() => done.abort());
  await pinging;
  return { result, longestGapMs };
}
