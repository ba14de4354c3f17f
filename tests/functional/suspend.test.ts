import { join } from "node:path";
import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { collectSteps, startCounting } from "../branch/steps.ts";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { findMachines } from "../harness/leftovers.ts";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";
import { TEST_HOST } from "../harness/test-host.ts";
import { CAN_CAPTURE_LIVE } from "../harness/capture-modes.ts";

const used = useChild();

async function eventsOf({ id }: Sandbox): Promise<string[]> {
  const events = await used.daemon.forkd.events.list({ types: ["sandbox.suspended", "sandbox.resumed"] });
  return events.flatMap((event) => {
    if (event.type === "sandbox.suspended" && event.id === id) return ["suspended"];
    return event.type === "sandbox.resumed" && event.id === id ? [`resumed: ${event.reason}`] : [];
  });
}

test("a suspended machine has no process, and is resumed as what it was, as often as is asked", async () => {
  const { daemon } = used;
  await using child = await forkOne(daemon, { name: "sleeper", labels: { team: "shop" }, ttlSecs: 3600 });
  await child.eval("remembered = [12345]", { mode: "run" });
  await child.run("echo kept > /root/kept; sync");
  const pid = await startCounting(child);
  const before = child.info;
  for (let step = 0; step < 3; step++) {
    for (let i = 0; i < 2; i++)
      expect(await child.suspend()).toMatchObject({ ...before, status: "suspended", pid: null });
    expect(findMachines(daemon.dataDir)).not.toContain(before.pid);
    expect((await daemon.forkd.sandboxes.get("sleeper")).id).toBe(child.id);
    for (let i = 0; i < 2; i++)
      expect(await child.resume()).toMatchObject({ ...before, pid: expect.any(Number) as number });
    expect(await clockErrorOf(child)).toBeLessThan(50);
    await child.eval(`remembered.append(${step})`, { mode: "run" });
  }
  expect(await child.eval("remembered")).toMatchObject({ result: "[12345, 0, 1, 2]" });
  expect((await child.run("cat /root/kept; hostname")).stdout).toBe(`kept\n${before.hostname}\n`);
  expect((await child.processes()).find((process) => process.pid === pid)?.running).toBe(true);
  const round = ["suspended", "resumed: asked"];
  expect(await eventsOf(child)).toEqual([...round, ...round, ...round]);
  expect(TEST_HOST.list(join(daemon.dataDir, "vms", child.id))).not.toContain("suspended");
});

test("what needs a suspended machine is refused at once, and says what to do; its logs are there", async () => {
  await using child = await forkOne(used.daemon);
  await expect.poll(async () => Array.fromAsync(await child.logs())).not.toEqual([]);
  await child.suspend();
  for (const attempt of [
    () => child.run("true"),
    () => child.eval("1"),
    () => child.ping(),
    () => child.files.read("/etc/hostname"),
    () => child.pause(),
    () => child.branch({ mode: "full" }),
  ])
    await expect(attempt()).rejects.toMatchObject({
      code: "sandbox_suspended",
      status: 409,
      hint: expect.stringContaining(`forkd.sandboxes.at("${child.id}").resume()`) as string,
    });
  expect((await Array.fromAsync(await child.logs({ follow: true }))).length).toBeGreaterThan(0);
  expect(await child.update({ name: "renamed" })).toMatchObject({ name: "renamed", status: "suspended" });
  await expect(used.daemon.forkd.snapshots.remove(PARENT)).rejects.toMatchObject({ code: "snapshot_in_use" });
});

test("a suspended machine is branched and forked as it is on disk, and stays there", async () => {
  await using child = await forkOne(used.daemon);
  await child.eval("remembered = 12345", { mode: "run" });
  await child.run("echo kept > /root/kept; sync");
  await child.suspend();
  await expect(child.branch({ mode: "live" })).rejects.toMatchObject({ code: "live_unavailable" });
  const { tag, pauseMs } = await child.branch({ tag: "of-suspended" });
  expect(pauseMs).toBe(0);
  await using forks = await child.fork({ n: 2 });
  await using branches = await used.daemon.forkd.sandboxes.fork(tag);
  for (const sandbox of [...forks, ...branches]) {
    expect(await sandbox.eval("remembered")).toMatchObject({ result: "12345" });
    expect((await sandbox.run("cat /root/kept")).stdout).toBe("kept\n");
  }
  await branches[0]?.suspend();
  expect(await used.daemon.forkd.sandboxes.killAll({ tag, keepSuspended: true })).toEqual([]);
  expect(await used.daemon.forkd.sandboxes.killAll({ tag })).toEqual([branches[0]?.id]);
  expect(await child.refresh()).toMatchObject({ status: "suspended", branchCount: 1 });
  await child.resume();
  expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
  await Promise.all(forks.map((sandbox) => sandbox.kill()));
  await used.daemon.forkd.snapshots.remove(tag);
});

test("a child of one that ran leaves nothing of what was between them when it is ended on disk", async () => {
  const { daemon } = used;
  const listKept = (): string[] => TEST_HOST.list(join(daemon.dataDir, "snapshots")).toSorted();
  const before = listKept();
  const [child] = await used.child.fork();
  await child?.suspend();
  expect(listKept()).toHaveLength(before.length + 1);
  await child?.kill();
  await expect.poll(listKept).toEqual(before);
});

test("a suspended machine that was forked with auto_resume is resumed by what needs it, once for many", async () => {
  await using child = await forkOne(used.daemon, { autoResume: true });
  await child.pause();
  await child.suspend();
  const many = await Promise.all(["1", "2", "3"].map((code) => child.eval(code)));
  expect(many.map(({ result }) => result)).toEqual(["1", "2", "3"]);
  expect(await eventsOf(child)).toEqual(["suspended", "resumed: needed"]);
});

test("a command that runs goes on where it was, and its stream says that the machine was suspended", async () => {
  await using child = await forkOne(used.daemon);
  const pid = await startCounting(child);
  const reading = Array.fromAsync(child.attach(pid)).catch((error: unknown) => error);
  await child.suspend();
  expect(await reading).toMatchObject({ code: "sandbox_suspended" });
  await child.resume();
  const told = await collectSteps(child, pid);
  expect(told).toEqual(told.map((_, at) => (told[0] ?? 0) + at));
});

test.runIf(CAN_CAPTURE_LIVE)(
  "a machine that can be branched live and has a limit has both again",
  async () => {
    await using child = await forkOne(used.daemon, { liveFork: true, memoryLimitMib: 400 });
    await child.eval("remembered = 1", { mode: "run" });
    await child.suspend();
    expect(await child.resume()).toMatchObject({ liveFork: true, memoryLimitMib: 400 });
    await using branches = await child.fork();
    expect(await branches[0]?.eval("remembered")).toMatchObject({ result: "1" });
    const { tag } = await child.branch({ tag: "of-resumed", mode: "live" });
    await child.kill();
    await used.daemon.forkd.snapshots.remove(tag);
  },
);
