import type { BranchInfo, Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluate } from "../fork-contract/children.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TEST_HOST } from "../harness/test-host.ts";
import { collectSteps, startCounting } from "./steps.ts";
import { CAPTURE_MODES } from "../harness/capture-modes.ts";
import { clockErrorOf } from "../harness/clock-error.ts";

let daemon: TestDaemon;
let source: Sandbox;
beforeAll(async () => {
  daemon = await TestDaemon.start();
  const [child] = await daemon.forkd.sandboxes.fork(PARENT, { liveFork: true, env: { MINE: "source" } });
  if (!child) throw new Error("there is no source");
  source = child;
});
afterAll(() => daemon[Symbol.asyncDispose]());

describe.each(CAPTURE_MODES)("a %s branch", (mode) => {
  const tag = `of-${mode}`;
  let branch: BranchInfo;

  beforeAll(async () => {
    await source.eval(`state = {"mode": "${mode}", "big": list(range(100_000))}`, { mode: "run" });
    await source.run(`echo ${mode} > /root/note; sync`);
    branch = await source.branch({ tag, mode });
  });
  afterAll(() => daemon.forkd.snapshots.remove(tag, { force: true }));

  test("has the source's memory and files", async () => {
    expect(branch).toMatchObject({ tag, mode, status: "ready", branchedFrom: source.id });
    await using children = await daemon.forkd.sandboxes.fork(tag, { n: 2 });
    for (const child of children) {
      expect(await evaluate(child, "[state['mode'], sum(state['big'])]")).toEqual([mode, 4_999_950_000]);
      expect((await child.run("cat /root/note")).stdout).toBe(`${mode}\n`);
    }
  });

  test("has the source's running processes, and the source runs on", async () => {
    const pid = await startCounting(source);
    await source.branch({ tag: "counting", mode });
    await using children = await daemon.forkd.sandboxes.fork("counting", { n: 2 });
    const everyone = [source, ...children];
    const steps = await Promise.all(everyone.map((machine) => collectSteps(machine, pid)));
    for (const told of steps) {
      expect(told).toEqual(Array.from({ length: told.length }, (_, index) => (told[0] ?? 0) + index));
    }
    await children[Symbol.asyncDispose]();
    await daemon.forkd.snapshots.remove("counting", { force: true });
  });

  test("keeps the fork contract", async () => {
    await using children = await daemon.forkd.sandboxes.fork(tag, { n: 2 });
    const names = await Promise.all(children.map(async (child) => (await child.run("hostname")).stdout));
    const machineIds = await Promise.all(
      children.map(async (child) => (await child.run("cat /etc/machine-id")).stdout),
    );
    const numbers = await Promise.all(children.map((child) => evaluate(child, "random.random()")));
    const sourceNumber = await evaluate(source, "random.random()");
    expect(new Set(names).size).toBe(2);
    expect(new Set(machineIds).size).toBe(2);
    expect(new Set([...numbers, sourceNumber]).size).toBe(3);
    const [child] = children;
    expect(child && (await clockErrorOf(child))).toBeLessThan(1000);
  });

  test("is written nowhere that the source or another child can see", async () => {
    await using children = await daemon.forkd.sandboxes.fork(tag, { n: 2 });
    await children[0]?.run("echo other > /root/note; echo new > /root/only-here; sync");
    await children[0]?.eval("state['mode'] = 'changed'", { mode: "run" });
    for (const machine of [source, ...children.slice(1)]) {
      expect((await machine.run("ls /root/only-here")).exitCode).not.toBe(0);
      expect(await evaluate(machine, "state['mode']")).toBe(mode);
    }
  });
});

test("a machine is branched in the middle of a computation, which both finish", async () => {
  const computing = source.eval("sum(i * i for i in range(3_000_000))", { timeoutSecs: 60 });
  await using children = await source.fork({ n: 1 });
  const [child] = children;
  expect(child?.info.snapshotTag).toMatch(/^sn_/);
  expect((await child?.run("echo alive"))?.stdout).toBe("alive\n");
  const n = 3_000_000n;
  expect((await computing).resultJson).toBe(String(((n - 1n) * n * (2n * n - 1n)) / 6n));
  expect(child && (await evaluate(child, "1 + 1", { timeoutSecs: 60 }))).toBe(2);
});

test("says what a branch took", async () => {
  await source.eval("import numpy as np; block = np.ones(4 << 20, dtype=np.uint8)", { mode: "run" });
  const { branchCount } = await source.refresh();
  const branch = await source.branch({ tag: "measured", mode: "diff" });
  await daemon.forkd.snapshots.remove("measured");
  expect(branch.pauseMs).toBeGreaterThan(0);
  expect(branch.longestStallMs).toBeGreaterThanOrEqual(branch.pauseMs);
  expect(branch.dirtyPages).toBeGreaterThan(1024);
  expect(branch.diffLogicalBytes).toBe(branch.dirtyPages * 4096);
  expect(branch.diffPhysicalBytes).toBeLessThan(1.05 * branch.dirtyPages * 4096);
  expect(branch.phases.reduce((sum, { ms }) => sum + ms, 0)).toBeGreaterThanOrEqual(branch.pauseMs);
  expect((await source.refresh()).branchCount).toBe(branchCount + 1);
});

/** One of each mode where a round takes ten seconds. */
const ROUNDS = TEST_HOST.isSlow ? 3 : 12;

test("branch after branch of one machine, each of which can be forked", { timeout: 300_000 }, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const mode = CAPTURE_MODES[round % CAPTURE_MODES.length];
    await source.eval(`round_number = ${round}`, { mode: "run" });
    await source.branch({ tag: "again", mode });
    await using children = await daemon.forkd.sandboxes.fork("again");
    const [child] = children;
    expect(child && (await evaluate(child, "round_number"))).toBe(round);
    await daemon.forkd.snapshots.remove("again", { force: true });
  }
  // Each pause that was not made up for would leave the source's clock behind by so much more.
  expect(await clockErrorOf(source)).toBeLessThan(100);
});
