/**
 * `npm run bench:branch [-- --quick]`: how long a machine stands still when it is branched, and what can be done with
 * the branch. Writes `bench/results/branch.json`, and prints a table.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { ensureDaemon, ensureParent } from "@forkd/cli";
import type { BenchTarget } from "@forkd/cli";
import { Forkd } from "@forkd/sdk";
import { measureLineage } from "./branch/lineage.ts";
import { measurePauses } from "./branch/pauses.ts";
import type { PauseCase, Pauses } from "./branch/pauses.ts";
import { measureQemuOwn } from "./branch/qemu-own.ts";
import type { BranchResults } from "./branch/results.ts";
import { renderBranchTable } from "./branch/table.ts";
import { isQuickRun } from "./is-quick-run.ts";
import { describeMachine } from "./machine.ts";

const SMALL = "py-numpy";
const LARGE = "bench-1536";
const LARGE_MIB = 1536;

const CASES: readonly PauseCase[] = [
  { name: "live, 256 MiB", tag: SMALL, mode: "live", load: { kind: "writing", mib: 64, mibPerSecond: 100 } },
  { name: "live, 1.5 GiB", tag: LARGE, mode: "live", load: { kind: "writing", mib: 512, mibPerSecond: 100 } },
  { name: "diff, 10 MiB dirty", tag: SMALL, mode: "diff", load: { kind: "dirty", mib: 8 } },
  { name: "diff, 300 MiB dirty", tag: LARGE, mode: "diff", load: { kind: "dirty", mib: 298 } },
  { name: "full, 10 MiB dirty", tag: SMALL, mode: "full", load: { kind: "dirty", mib: 8 } },
];

const isQuick = isQuickRun("bench:branch");
const runs = (full: number): number => (isQuick ? Math.max(2, Math.ceil(full / 5)) : full);
const { signal } = new AbortController();

await using forkd = new Forkd({ startDaemon: false });
await ensureDaemon(forkd.baseUrl.slice("unix:".length), { signal });
try {
  const results = await measure();
  await mkdir("bench/results", { recursive: true });
  await writeFile("bench/results/branch.json", `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(renderBranchTable(results));
} finally {
  await forkd.stop({ killSandboxes: true });
}

async function measure(): Promise<BranchResults> {
  const parent = await ensureParent(forkd, SMALL, { signal });
  await forkd.snapshots.remove(LARGE, { force: true }).catch(() => {});
  tell("a parent of 1.5 GiB");
  await forkd.snapshots.create({
    tag: LARGE,
    image: parent.imageId ?? "",
    memoryMib: LARGE_MIB,
    warm: [{ kind: "python", code: "import numpy as np" }],
  });
  try {
    const pauses: Pauses[] = [];
    for (const wanted of CASES) {
      tell(wanted.name);
      pauses.push(await measurePauses(forkd, wanted, runs(20)));
    }
    tell("chains, forks of a running machine, packs");
    const target: BenchTarget = {
      forkd,
      tag: SMALL,
      question: { code: "np.__name__", answer: '"numpy"' },
      signal,
    };
    const lineage = await measureLineage(target, runs);
    tell("QEMU's own commands");
    const qemuOwn = await measureQemuOwn(forkd, SMALL, 8, runs(5));
    return {
      command: `npm run bench:branch${isQuick ? " -- --quick" : ""}`,
      measuredAt: new Date().toISOString(),
      machine: await describeMachine(forkd),
      pauses,
      lineage,
      qemuOwn,
    };
  } finally {
    await forkd.snapshots.remove(LARGE, { force: true });
  }
}

function tell(what: string): void {
  console.error(`==> ${what}`);
}
