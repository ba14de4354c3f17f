import { randomUUID } from "node:crypto";
import type { Forkd } from "@forkd/sdk";
import { findSnapshot } from "../snapshot-tags.ts";
import { countRuns, summarize } from "./statistics.ts";
import type { Summary } from "./statistics.ts";
import { ask, onlyChild } from "./target.ts";
import type { BenchTarget } from "./target.ts";

/** The clocks of a branch, in the mode that the daemon chooses; each in ms. */
export interface Branches {
  /** For how long the source's vCPUs stood still, as the daemon measured it. */
  readonly pause: Summary;
  /** From the request until the daemon answered: the snapshot is written. */
  readonly written: Summary;
  /** From the same request until a fork of the branch had answered an `eval`. */
  readonly firstEval: Summary;
}

/** Forks a child, asks it, branches it, and asks a fork of the branch; leaves neither sandboxes nor snapshots. */
export async function measureBranches(target: BenchTarget, runs: number): Promise<Branches> {
  const { forkd, tag, limitMs, signal } = target;
  const [pause, written, firstEval]: [number[], number[], number[]] = [[], [], []];
  for (const _run of countRuns(runs, limitMs)) {
    await using sources = await forkd.sandboxes.fork(tag, { n: 1, signal });
    const source = onlyChild(sources);
    await ask(source, target);
    const branch = `bench-${randomUUID()}`;
    await using _ = removeAtEnd(forkd, branch);
    const startedAt = performance.now();
    const { pauseMs } = await source.branch({ tag: branch, signal });
    written.push(performance.now() - startedAt);
    await using children = await forkd.sandboxes.fork(branch, { n: 1, signal });
    await ask(onlyChild(children), target);
    firstEval.push(performance.now() - startedAt);
    pause.push(pauseMs);
  }
  return { pause: summarize(pause), written: summarize(written), firstEval: summarize(firstEval) };
}

/** The snapshot goes whatever happens, an interrupt included; it may not have come to be. */
function removeAtEnd(forkd: Forkd, tag: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      if ((await findSnapshot(forkd, tag)) !== undefined) await forkd.snapshots.remove(tag);
    },
  };
}
