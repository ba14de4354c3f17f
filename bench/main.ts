/**
 * `npm run bench [-- --quick]`: forkd's clocks, its memory and its peers, all in one run on this machine. Writes
 * `bench/results/latest.json` and `docs/bench.svg`, and prints a table.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { ensureDaemon, ensureParent, measureManyForks, measureOneFork, measureRoundTrips } from "@forkd/cli";
import type { BenchTarget, ManyForks, OneFork } from "@forkd/cli";
import { Forkd } from "@forkd/sdk";
import { findFreePort } from "../tests/harness/free-port.ts";
import { isQuickRun } from "./is-quick-run.ts";
import { describeMachine } from "./machine.ts";
import { measureCommands } from "./measures/commands.ts";
import { measureData } from "./measures/data.ts";
import { measureE2b } from "./measures/e2b.ts";
import type { E2b } from "./measures/e2b.ts";
import { measureIdle } from "./measures/idle.ts";
import { measureLife } from "./measures/life.ts";
import { measurePorts } from "./measures/ports.ts";
import { measureStarts } from "./measures/starts.ts";
import { measurePeers } from "./peers/all.ts";
import { renderPlot } from "./report/plot.ts";
import { renderTable } from "./report/table.ts";
import type { Results } from "./results.ts";
import { stopDaemon } from "./stop-daemon.ts";

const TAG = "py-numpy";
const isQuick = isQuickRun("bench");
const runs = (full: number): number => (isQuick ? Math.max(3, Math.ceil(full / 10)) : full);
const { signal } = new AbortController();

await using forkd = new Forkd({ startDaemon: false });
const target: BenchTarget = {
  forkd,
  tag: TAG,
  question: { code: "np.__name__", answer: '"numpy"' },
  signal,
};
const socketPath = forkd.baseUrl.slice("unix:".length);
await ensureDaemon(socketPath, { signal });
try {
  const results = await measure();
  await mkdir("bench/results", { recursive: true });
  await writeFile("bench/results/latest.json", `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile("docs/bench.svg", renderPlot(results));
  console.log(renderTable(results));
} finally {
  await forkd.stop({ killSandboxes: true });
}

async function measure(): Promise<Results> {
  const parent = await ensureParent(forkd, TAG, { signal, onProgress: ({ message }) => tell(message) });
  await measureManyForks(target, 10, 1);
  return {
    command: `npm run bench${isQuick ? " -- --quick" : ""}`,
    measuredAt: new Date().toISOString(),
    machine: await describeMachine(forkd),
    guest: { memoryMib: parent.memoryMib, vcpus: parent.vcpus, parentBuildMs: parent.buildMs },
    oneFork: await told("one fork", () => measureOneFork(target, runs(100))),
    manyForks: await measureAllForks(),
    idle: await told("idle children", () => measureIdle(forkd, TAG, 20)),
    life: await told("pauses and suspensions", () => measureLife(forkd, TAG, runs(30))),
    roundTrips: await told("round trips", () =>
      measureRoundTrips(target, { eval: runs(1000), execTrue: runs(1000), ping: runs(1000) }),
    ),
    ports: await told("ports", () => measurePorts(forkd, TAG, { transfers: runs(10), trips: runs(1000) })),
    data: await told("much data", () => measureData(forkd, TAG, runs(5))),
    commands: await told("commands", () => measureCommands(runs(20))),
    starts: await told("starts of programs", () => measureStarts(runs(20))),
    peers: await told("peers", () => measurePeers(parent, runs)),
    e2b: await told("E2B's client", () => measureByTcp(runs(50))),
    oneRestored: await told("one restored child", () => measureRestored(runs(30))),
  };
}

/** A daemon that is started on demand inherits the environment, and listens where it says. */
async function measureByTcp(count: number): Promise<E2b> {
  const address = `127.0.0.1:${await findFreePort()}`;
  process.env["FORKD_BIND"] = address;
  await stopDaemon(forkd, { killSandboxes: true });
  await ensureDaemon(socketPath, { signal });
  delete process.env["FORKD_BIND"];
  // As above: a daemon copies children once it has restored some.
  await measureManyForks(target, 10, 1);
  return measureE2b(forkd, TAG, { address, runs: count });
}

/** The last of all: the daemon that it leaves keeps no zygotes. One that is started on demand inherits the environment. */
async function measureRestored(count: number): Promise<OneFork> {
  process.env["FORKD_ZYGOTES"] = "0";
  await stopDaemon(forkd, { killSandboxes: true });
  await ensureDaemon(socketPath, { signal });
  await measureOneFork(target, 3);
  return measureOneFork(target, count);
}

async function measureAllForks(): Promise<ManyForks[]> {
  const results: ManyForks[] = [];
  for (const [n, full] of [
    [1, 20],
    [10, 10],
    [50, 5],
    [100, 5],
  ] as const) {
    results.push(await told(`${n} forks at once`, () => measureManyForks(target, n, runs(full))));
  }
  return results;
}

function told<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  tell(what);
  return work();
}

function tell(what: string): void {
  console.error(`==> ${what}`);
}
