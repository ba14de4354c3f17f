import type { Capabilities, ProgressOptions, SnapshotInfo } from "@forkd/sdk";
import { measureBranches } from "./branches.ts";
import type { Branches } from "./branches.ts";
import { measureManyForks } from "./many-forks.ts";
import type { ManyForks } from "./many-forks.ts";
import { measureOneFork } from "./one-fork.ts";
import type { OneFork } from "./one-fork.ts";
import { measureRoundTrips } from "./round-trips.ts";
import type { RoundTrips } from "./round-trips.ts";
import type { BenchTarget } from "./target.ts";

/** How much is measured. */
interface BenchSize {
  /** How many children are forked at once. */
  readonly n: number;
  /** How often one is forked, how often `n` are, and how often one is branched. */
  readonly runs: number;
}

/** What a benchmark of one snapshot found, and of which machine. */
export interface BenchResults {
  readonly snapshot: SnapshotInfo;
  readonly capabilities: Capabilities;
  readonly oneFork: OneFork;
  readonly manyForks: ManyForks;
  readonly branches: Branches;
  readonly roundTrips: RoundTrips;
}

const QUESTION = { code: "1 + 1", answer: "2" };
/** Nobody waits longer than a minute or two, however slow the host: the table says how many runs there were. */
const LIMIT_MS = 15_000;
const ROUND_TRIPS = { eval: 200, execTrue: 30, ping: 200 };

/** Measures one clock after the other. Nothing that it makes stays, also when the target's signal aborts. */
export async function runBench(
  snapshot: SnapshotInfo,
  { n, runs }: BenchSize,
  { forkd, signal, onProgress }: Pick<BenchTarget, "forkd" | "signal"> & Pick<ProgressOptions, "onProgress">,
): Promise<BenchResults> {
  const target: BenchTarget = { forkd, tag: snapshot.tag, question: QUESTION, limitMs: LIMIT_MS, signal };
  const tell = (step: string, message: string): void => onProgress?.({ type: "progress", step, message });
  const capabilities = await forkd.capabilities({ signal });
  tell("warm-up", "one fork, not counted");
  await measureOneFork(target, 1);
  tell("one-fork", `one fork, ${runs} times`);
  const oneFork = await measureOneFork(target, runs);
  tell("many-forks", `${n} forks at once, ${runs} times`);
  const manyForks = await measureManyForks(target, n, runs);
  tell("branches", `one branch and a fork of it, ${runs} times`);
  const branches = await measureBranches(target, runs);
  tell("round-trips", "eval, exec true and ping in one child");
  const roundTrips = await measureRoundTrips(target, ROUND_TRIPS);
  return { snapshot, capabilities, oneFork, manyForks, branches, roundTrips };
}
