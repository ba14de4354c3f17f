import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureOneFork, sample, summarize } from "@forkd/cli";
import type { BenchTarget, Summary } from "@forkd/cli";

/** What can be done with a branch; all in ms but for the sizes. */
export interface Lineage {
  /** The first `eval` of a child of a snapshot that stands alone, and of one on a chain of three. */
  readonly flatFork: Summary;
  readonly chainFork: Summary;
  /** The first fork of that chain, which assembles it. */
  readonly firstChainForkMs: number;
  /** From the request to fork a running machine into five until all five have answered. */
  readonly forkIntoFive: Summary;
  readonly packMib: number;
  readonly packMs: number;
  /** From the request to unpack until a child of it has answered. */
  readonly unpackAndForkMs: Summary;
}

const LINKS = ["bench-link-1", "bench-link-2"];
const PACKED = "bench-unpacked";

/** Measures chains, forks of a running machine, and packs. Leaves nothing behind. */
export async function measureLineage(target: BenchTarget, runs: (full: number) => number): Promise<Lineage> {
  const { forkd, tag } = target;
  const head = await makeChain(target);
  try {
    const firstChainForkMs = (await measureOneFork({ ...target, tag: head }, 1)).firstEval.p50;
    const flatFork = (await measureOneFork(target, runs(30))).firstEval;
    const chainFork = (await measureOneFork({ ...target, tag: head }, runs(30))).firstEval;
    const forkIntoFive = await measureForkIntoFive(target, runs(20));
    return {
      flatFork,
      chainFork,
      firstChainForkMs,
      forkIntoFive,
      ...(await measurePack(target, tag, runs(5))),
    };
  } finally {
    await forkd.snapshots.remove(LINKS[0] ?? "", { cascade: true });
  }
}

/** Two branches on top of the parent: a chain of depth three. Gives its head. */
async function makeChain({ forkd, tag }: BenchTarget): Promise<string> {
  let parent = tag;
  for (const link of LINKS) {
    await using children = await forkd.sandboxes.fork(parent);
    await children[0]?.eval("import numpy as np; grown = np.random.rand(1 << 20)", { mode: "run" });
    await children[0]?.branch({ tag: link, mode: "diff" });
    parent = link;
  }
  return parent;
}

async function measureForkIntoFive({ forkd, tag, question }: BenchTarget, runs: number): Promise<Summary> {
  await using sources = await forkd.sandboxes.fork(tag);
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await using children = await sources[0]?.fork({ n: 5 });
    await Promise.all((children ?? []).map((child) => child.eval(question.code)));
    samples.push(performance.now() - startedAt);
  }
  return summarize(samples);
}

async function measurePack(
  target: BenchTarget,
  tag: string,
  runs: number,
): Promise<Pick<Lineage, "packMib" | "packMs" | "unpackAndForkMs">> {
  const { forkd } = target;
  const directory = await mkdtemp(join(tmpdir(), "forkd-bench-"));
  const output = join(directory, "pack.tar.zst");
  try {
    const [packMs = NaN] = await sample(1, () => forkd.snapshots.pack(tag, { output }));
    const unpackAndForkMs = await sample(runs, async () => {
      await forkd.snapshots.pull({ source: output, tag: PACKED, force: true });
      await measureOneFork({ ...target, tag: PACKED }, 1);
    });
    await forkd.snapshots.remove(PACKED, { force: true });
    return {
      packMs,
      packMib: (await stat(output)).size / 2 ** 20,
      unpackAndForkMs: summarize(unpackAndForkMs),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}
