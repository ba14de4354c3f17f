import { countRuns, summarize } from "./statistics.ts";
import type { Summary } from "./statistics.ts";
import { ask } from "./target.ts";
import type { BenchTarget } from "./target.ts";

/** N children at once, until every one has answered an `eval`; in ms. */
export interface ManyForks {
  readonly n: number;
  readonly wall: Summary;
  /** The same, for each child: wall time divided by N. */
  readonly amortised: Summary;
}

/** Forks `n` children at once, asks all of them the target's question, and ends them. */
export async function measureManyForks(target: BenchTarget, n: number, runs: number): Promise<ManyForks> {
  const { forkd, tag, limitMs, signal } = target;
  const samples: number[] = [];
  for (const _run of countRuns(runs, limitMs)) {
    const startedAt = performance.now();
    await using children = await forkd.sandboxes.fork(tag, { n, signal });
    await Promise.all(children.map((child) => ask(child, target)));
    samples.push(performance.now() - startedAt);
  }
  return { n, wall: summarize(samples), amortised: summarize(samples.map((ms) => ms / n)) };
}
