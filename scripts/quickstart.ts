/**
 * `npm run quickstart`: from nothing to twenty isolated machines that compute with numpy, all forked from one warm
 * parent, one of which is then branched in the middle of a computation. The image and the parent are kept, so that a
 * second run takes seconds; machines and daemon are ended.
 */
import { ensureDaemon, ensureParent } from "@forkd/cli";
import { Forkd, isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { readPrivateMib } from "../bench/measures/private-memory.ts";
import { branchMidway } from "./quickstart/branch-midway.ts";
import { createReporter, say, seconds, step } from "./quickstart/output.ts";

const PARENT = "py-numpy";
const CHILDREN = 20;

const startedAt = performance.now();
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
const { signal } = interrupted;

try {
  await using forkd = new Forkd({ startDaemon: false });
  await ensureDaemon(forkd.baseUrl.slice("unix:".length), { signal });
  try {
    await demonstrate(forkd);
  } finally {
    await step("cleaning up", () => forkd.stop());
  }
  say(`\nEverything worked, in ${seconds(performance.now() - startedAt)} altogether. Now try:
    bin/forkd fork --tag ${PARENT} -n 3
    bin/forkd ps
    bin/forkd eval ID 'np.linalg.det(np.random.rand(50, 50))'
    bin/forkd kill --all`);
} catch (error) {
  say(signal.aborted ? "\ninterrupted; everything was cleaned up" : `\nerror: ${describe(error)}`);
  process.exitCode = signal.aborted ? 130 : 1;
}

async function demonstrate(forkd: Forkd): Promise<void> {
  const { accelerator, acceleratorReason } = await forkd.capabilities({ signal });
  say(`==> machines run on ${accelerator}: ${acceleratorReason}`);
  const onProgress = createReporter();
  await step(`the parent: a machine with Python and numpy warm, frozen as '${PARENT}'`, () =>
    ensureParent(forkd, PARENT, { signal, onProgress }),
  );
  const forkedAt = performance.now();
  await using children = await step(`forking ${CHILDREN} children`, () =>
    forkd.sandboxes.fork(PARENT, { n: CHILDREN, signal, onProgress }),
  );
  const rows = await step("a different computation in each", () => Promise.all(children.map(compute)));
  const wallMs = performance.now() - forkedAt;
  const memory = children.map(({ info }) => readPrivateMib(info.pid ?? 0));
  printTable(rows, memory);
  const total = memory.reduce((sum, mib) => sum + mib, 0);
  say(
    `\n${CHILDREN} machines, all answered ${seconds(wallMs)} after the fork was asked for (${seconds(wallMs / CHILDREN)} each).`,
  );
  say(
    `Each has ${children[0]?.info.memoryMib} MiB; together they cost ${total.toFixed(0)} MiB of private memory, VMM included.`,
  );
  if (rows.some(({ isRight }) => !isRight)) throw new Error("a child computed something else than expected");
  const [first] = children;
  if (first)
    await step("branching one of them in the middle of a computation", () =>
      branchMidway(forkd, first, signal),
    );
}

interface Row {
  readonly child: Sandbox;
  readonly result: string;
  readonly isRight: boolean;
  readonly ms: number;
}

/** Sums of powers have closed forms, so that every child's answer can be checked here. */
async function compute(child: Sandbox, index: number): Promise<Row> {
  const n = 1000 * (index + 1);
  const askedAt = performance.now();
  const { resultJson, error } = await child.eval(`int((np.arange(${n} + 1, dtype=np.int64) ** 2).sum())`, {
    signal,
  });
  if (error !== null) throw new Error(`child ${index}: ${error}`);
  const expected = (n * (n + 1) * (2 * n + 1)) / 6;
  const isRight = Number(resultJson) === expected;
  return { child, result: `Σk² to ${n} = ${resultJson}`, isRight, ms: performance.now() - askedAt };
}

function printTable(rows: readonly Row[], memory: readonly number[]): void {
  say(
    `\n    ${"child".padEnd(20)} ${"result".padEnd(34)} ${"ready ms".padStart(9)} ${"eval ms".padStart(8)} ${"MiB".padStart(6)}`,
  );
  for (const [index, { child, result, isRight, ms }] of rows.entries()) {
    const columns = [
      child.id.padEnd(20),
      `${result} ${isRight ? "✓" : "✗"}`.padEnd(34),
      child.info.readyMs.toFixed(0).padStart(9),
      ms.toFixed(1).padStart(8),
      (memory[index] ?? 0).toFixed(1).padStart(6),
    ];
    say(`    ${columns.join(" ")}`);
  }
}

function describe(error: unknown): string {
  if (isForkdApiError(error)) return `${error.message}\n  try: ${error.toWire().hint}`;
  return error instanceof Error ? error.message : String(error);
}
