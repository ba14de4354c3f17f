import { setTimeout as delay } from "node:timers/promises";
import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askMonitor } from "../harness/ask-monitor.ts";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { watchStandstill } from "../harness/standstill.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const statusOf = async (child: Sandbox): Promise<string> => (await child.refresh()).status;

/** A daemon behind one that was killed, once it has made up its mind about a machine. */
async function restartDaemon(child: Sandbox): Promise<string> {
  await daemon.start();
  await expect.poll(() => statusOf(child)).not.toBe("adopting");
  return child.info.status;
}

async function logOf(child: Sandbox): Promise<string> {
  const chunks = await Array.fromAsync(await child.logs());
  return Buffer.concat(chunks).toString();
}

/** What a command prints, or the code of its refusal. */
async function answerOf(child: Sandbox): Promise<string> {
  try {
    return (await child.run("echo runs")).stdout;
  } catch (error) {
    if (isForkdApiError(error)) return error.code;
    throw error;
  }
}

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a paused machine is found paused behind a daemon that ended by %s",
  async (signal) => {
    const child = await forkOne(daemon);
    await child.eval("remembered = 12345", { mode: "run" });
    const standstill = await watchStandstill(child);
    await child.pause();
    await daemon.kill(signal);
    await delay(2000);
    expect(await restartDaemon(child)).toBe("paused");
    await expect(child.run("true")).rejects.toMatchObject({ code: "sandbox_paused" });
    await delay(2000);
    await child.resume();
    expect(await standstill()).toBeGreaterThan(1500);
    expect(await clockErrorOf(child)).toBeLessThan(50);
    expect(await child.eval("remembered")).toMatchObject({ resultJson: "12345" });
    await child.kill();
  },
);

test("a machine that a daemon died in the middle of pausing is as the next daemon says", async () => {
  const child = await forkOne(daemon);
  // As it is between the two steps of a pause: it stands still, and its record does not say so yet.
  await daemon.kill();
  await askMonitor(daemon.dataDir, child, "stop");
  await delay(2000);
  expect(await restartDaemon(child)).toBe("running");
  await expect.poll(() => clockErrorOf(child)).toBeLessThan(50);
  const standstill = await watchStandstill(child);
  await child.pause();
  await daemon.kill();
  await askMonitor(daemon.dataDir, child, "cont");
  expect(await restartDaemon(child)).toBe("paused");
  await delay(2000);
  await child.resume();
  expect(await standstill()).toBeGreaterThan(1500);
  await child.kill();
});

test("a daemon that is killed at any moment of a pause or a resume leaves one of the two", async () => {
  const child = await forkOne(daemon);
  for (const waitMs of [0, 1, 2, 3, 4, 6, 8]) {
    const isPaused = child.info.status === "paused";
    const answer = (isPaused ? child.resume() : child.pause()).catch((error: unknown) => error);
    await delay(waitMs);
    await daemon.kill();
    const end = await answer;
    const status = await restartDaemon(child);
    const wanted = isPaused ? "running" : "paused";
    expect(isForkdApiError(end) ? ["running", "paused"] : [wanted]).toContain(status);
    expect(await answerOf(child)).toBe(status === "running" ? "runs\n" : "sandbox_paused");
  }
  await child.resume();
  expect((await child.run("echo runs")).stdout).toBe("runs\n");
  await child.kill();
});

test("a paused machine is killed, expires, dies and has its logs as any other", async () => {
  const [killed, brief, crashed] = [await forkOne(daemon), await forkOne(daemon), await forkOne(daemon)];
  await expect.poll(() => logOf(killed)).toContain("tick");
  for (const child of [killed, brief, crashed]) await child.pause();
  await brief.update({ ttlSecs: 1 });
  expect(await logOf(killed)).toContain("tick");
  await killed.kill();
  process.kill(pidOf(crashed), "SIGKILL");
  await expect.poll(() => statusOf(crashed)).toBe("dead");
  for (const attempt of [() => crashed.resume(), () => crashed.pause(), () => crashed.run("true")])
    await expect(attempt()).rejects.toMatchObject({ code: "sandbox_dead" });
  await crashed.kill();
  await expect.poll(() => daemon.forkd.sandboxes.list()).toEqual([]);
  await expect.poll(() => findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
});

test("pauses, resumes, branches and a kill at once each end, and in one of the two states", async () => {
  const child = await forkOne(daemon, { liveFork: true });
  for (let round = 0; round < 4; round++) {
    const work = [
      child.pause(),
      child.resume(),
      child.branch({ tag: `race-${round}` }),
      child.pause(),
      child.resume(),
    ];
    const infos = await Promise.all(work);
    expect(infos).toHaveLength(5);
    expect(["running", "paused"]).toContain(await statusOf(child));
  }
  await child.resume();
  expect((await child.run("echo runs")).stdout).toBe("runs\n");
  const ends = await Promise.allSettled([
    child.pause(),
    child.kill(),
    child.resume(),
    child.pause(),
    child.branch(),
  ]);
  const codes = ends.flatMap((end) =>
    end.status === "rejected" ? [(end.reason as { code: string }).code] : [],
  );
  for (const code of codes) expect(["sandbox_dead", "sandbox_not_found"]).toContain(code);
  await expect(child.refresh()).rejects.toMatchObject({ code: "sandbox_not_found" });
  for (let round = 0; round < 4; round++)
    await daemon.forkd.snapshots.remove(`race-${round}`, { force: true });
  for (const { tag } of await daemon.forkd.snapshots.list())
    if (tag.startsWith("branch-")) await daemon.forkd.snapshots.remove(tag);
});
