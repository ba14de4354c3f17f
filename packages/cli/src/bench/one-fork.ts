import { countRuns, summarize } from "./statistics.ts";
import type { Summary } from "./statistics.ts";
import { ask, onlyChild } from "./target.ts";
import type { BenchTarget } from "./target.ts";

/** The clocks of one fork, never mixed; each in ms. */
export interface OneFork {
  /** From the VMM's start until the guest's vCPUs ran. */
  readonly vmmRestore: Summary;
  /** From the request until the daemon answered: the fork contract holds. */
  readonly apiRunning: Summary;
  /** From the request until the first `eval` was answered. */
  readonly firstEval: Summary;
}

/** Forks one child at a time, asks it the target's question, and ends it. */
export async function measureOneFork(target: BenchTarget, runs: number): Promise<OneFork> {
  const { forkd, tag, limitMs, signal } = target;
  const [vmmRestore, apiRunning, firstEval]: [number[], number[], number[]] = [[], [], []];
  for (const _run of countRuns(runs, limitMs)) {
    const startedAt = performance.now();
    await using children = await forkd.sandboxes.fork(tag, { n: 1, signal });
    apiRunning.push(performance.now() - startedAt);
    const child = onlyChild(children);
    await ask(child, target);
    firstEval.push(performance.now() - startedAt);
    vmmRestore.push(child.info.restoreMs);
  }
  return {
    vmmRestore: summarize(vmmRestore),
    apiRunning: summarize(apiRunning),
    firstEval: summarize(firstEval),
  };
}
