import type { BranchInfo, Sandbox } from "@forkd/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TEST_HOST } from "../harness/test-host.ts";
import { CAN_CAPTURE_LIVE, CAPTURE_MODES } from "../harness/capture-modes.ts";
import type { CaptureMode } from "@forkd/core";
import { pidOf } from "../harness/pid-of.ts";

/** How often a branch may be over before something happens to its machine. */
const MOST_TRIES = 4;

let daemon: TestDaemon;
let source: Sandbox;
beforeAll(async () => {
  daemon = await TestDaemon.start({ env: { FORKD_BRANCH_CONCURRENCY: "1" } });
});
afterAll(() => daemon[Symbol.asyncDispose]());
afterEach(async () => {
  const left = (await tagsOf()).filter((tag) => tag !== PARENT);
  await Promise.all(left.map((tag) => daemon.forkd.snapshots.remove(tag, { force: true })));
});
beforeEach(async () => {
  await daemon.forkd.sandboxes.killAll();
  source = await forkFilled();
});

/** A machine with enough to be copied that something can happen meanwhile. */
async function forkFilled(): Promise<Sandbox> {
  const child = await forkOne(daemon, { liveFork: true });
  const filled = await child.eval("block = b'x' * (60 << 20)", {
    mode: "run",
    timeoutSecs: 60,
  });
  if (filled.error !== null) throw new Error(filled.error);
  return child;
}

async function tagsOf(): Promise<string[]> {
  return (await daemon.forkd.snapshots.list()).map(({ tag }) => tag);
}

test.runIf(CAN_CAPTURE_LIVE)(
  "a second branch of the same machine is refused while one is under way",
  async () => {
    const { job, outcome } = await duringBranch((tries) => source.branch({ tag: `second-${tries}` }));
    expect(outcome).toMatchObject({ reason: { code: "branch_in_progress", status: 409 } });
    await waitUntilEnded(job);
    expect((await daemon.forkd.jobs.get(job)).status).toBe("done");
  },
);

test.runIf(CAN_CAPTURE_LIVE)("more branches than the daemon takes are told to come again", async () => {
  const other = await forkOne(daemon, { liveFork: true });
  const { job, outcome } = await duringBranch((tries) => other.branch({ tag: `second-${tries}` }));
  expect(outcome).toMatchObject({ reason: { code: "branch_busy", status: 503 } });
  await waitUntilEnded(job);
});

test.runIf(CAN_CAPTURE_LIVE)("a tag that is being written is taken, and cannot be forked yet", async () => {
  const { job, tag, outcome } = await duringBranch(async (_, early) => {
    expect(early).toMatchObject({ status: "writing", bootable: false });
    expect((await daemon.forkd.snapshots.get(early.tag)).status).toBe("writing");
    await daemon.forkd.sandboxes.fork(early.tag);
  });
  expect(outcome).toMatchObject({ reason: { code: "snapshot_not_ready" } });
  await waitUntilEnded(job);
  await using children = await daemon.forkd.sandboxes.fork(tag);
  expect(await children[0]?.eval("len(block)")).toMatchObject({ error: null, resultJson: String(60 << 20) });
  await daemon.forkd.snapshots.remove(tag, { force: true });
});

test.each(CAPTURE_MODES)("a cancelled %s branch leaves nothing, and the source runs", async (mode) => {
  const [tag, outcome] = await giveUp(mode);
  expect(outcome).toMatchObject({ reason: { code: "cancelled" } });
  expect((await source.run("echo running")).stdout).toBe("running\n");
  expect(await tagsOf()).not.toContain(tag);
  expect(findLeftovers(daemon).drafts).toEqual([]);
});

test.each(CAPTURE_MODES)("a machine killed during a %s branch ends it cleanly", async (mode) => {
  const failure = await whileCapturing("killed", mode, () => source.kill());
  expect(failure).toMatchObject({ code: "sandbox_dead" });
  expect(await tagsOf()).not.toContain("killed");
  expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
});

test.each(CAPTURE_MODES)("a VMM that dies during a %s branch is told with its reason", async (mode) => {
  const failure = await whileCapturing("died", mode, () => TEST_HOST.kill(pidOf(source)));
  expect(failure).toMatchObject({ code: "sandbox_dead" });
  expect(await tagsOf()).not.toContain("died");
  expect(findLeftovers(daemon).drafts).toEqual([]);
});

test("a caller who leaves a branch that it waits for takes it back", async () => {
  const caller = new AbortController();
  const branch = source.branch({ tag: "left", signal: caller.signal });
  const job = await waitForJob("left");
  caller.abort();
  await expect(branch).rejects.toThrow(/abort/i);
  await waitUntilEnded(job);
  expect(await tagsOf()).not.toContain("left");
  expect((await source.run("echo running")).stdout).toBe("running\n");
});

/** What came of work while the source was branched live. A branch that was faster is tried again. */
async function duringBranch(work: (tries: number, early: BranchInfo) => Promise<unknown>) {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const tag = `first-${tries}`;
    const early = await source.branch({ tag, mode: "live", wait: false });
    const [outcome] = await Promise.allSettled([work(tries, early)]);
    const { status } = await daemon.forkd.jobs.get(early.jobId);
    if (status === "running") return { job: early.jobId, tag, outcome };
    await daemon.forkd.sandboxes.killAll();
    source = await forkFilled();
  }
  throw new Error("the branch was always faster");
}

/** Cancels a branch, and gives its tag and what became of it. */
async function giveUp(mode: CaptureMode): Promise<[string, PromiseSettledResult<unknown>]> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const tag = `given-up-${mode}-${tries}`;
    const branch = Promise.allSettled([source.branch({ tag, mode })]);
    const { status } = await daemon.forkd.jobs.cancel(await waitForJob(tag));
    const [outcome] = await branch;
    if (status === "cancelled") return [tag, outcome];
  }
  throw new Error(`the ${mode} branch was always faster`);
}

/** The id of the job that makes this tag. */
async function waitForJob(tag: string): Promise<string> {
  for await (const job of daemon.forkd.jobs.watch()) if (job.subject === tag) return job.id;
  throw new Error("the daemon ended");
}

async function waitUntilEnded(id: string): Promise<void> {
  for await (const job of daemon.forkd.jobs.watch()) {
    if (job.id === id && job.status !== "running") return;
  }
}

/**
 * Does something to the source while it is captured, and gives what its branch failed with. A branch that was faster is
 * tried again with another machine.
 */
async function whileCapturing(tag: string, mode: CaptureMode, strike: () => unknown): Promise<unknown> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (tries > 0) source = await forkFilled();
    const branch = source.branch({ tag, mode });
    const outcome = Promise.allSettled([branch]);
    await waitForStep(tag, "capture");
    await strike();
    const [end] = await outcome;
    if (end.status === "rejected") return end.reason;
    await daemon.forkd.snapshots.remove(tag, { force: true });
  }
  throw new Error(`the ${mode} branch was always faster`);
}

/** Waits until the job that makes this tag is in a step. */
async function waitForStep(tag: string, step: string): Promise<void> {
  for await (const { subject, status, progress } of daemon.forkd.jobs.watch()) {
    if (subject === tag && status === "running" && progress?.step === step) return;
  }
  throw new Error("the daemon ended");
}
