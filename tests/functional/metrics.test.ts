import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { parseExposition } from "../../packages/daemon/test/exposition.ts";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
const MIB = 1024 * 1024;
const BUSY = "while :; do :; done";

/** Which part of it others have too changes with them: a program's own pages are private until a second one runs. */
const memoryOf = (usage: { memoryPrivateBytes: number; memorySharedBytes: number }): number =>
  usage.memoryPrivateBytes + usage.memorySharedBytes;

/** What a command of the guest takes now. */
async function taskOf(child: Sandbox, pid: number) {
  return (await child.top()).tasks.find((task) => task.pid === pid);
}

test("memory, disk and CPU that a guest uses are seen on its host and in it", async () => {
  const before = await used.child.metrics();
  expect(before).toMatchObject({ id: used.child.id, status: "running", vcpus: 1, memoryMib: 256 });
  await used.child.run("head -c 20000000 /dev/urandom > /root/filled; sync");
  await used.child.eval("held = bytearray(b'x') * 20_000_000", { mode: "run" });
  await using _busy = await used.child.spawn(["sh", "-c", BUSY]);
  const cpuMs = async (): Promise<number> => (await used.child.metrics()).now.cpuMs;
  await expect.poll(cpuMs).toBeGreaterThan(before.now.cpuMs + 300);
  const after = await used.child.metrics();
  expect(memoryOf(after.now) - memoryOf(before.now)).toBeGreaterThan(30 * MIB);
  expect(after.now.memoryPrivateBytes).toBeGreaterThan(30 * MIB);
  expect(after.now.memorySharedBytes).toBeGreaterThan(20 * MIB);
  expect(after.now.diskBytes - before.now.diskBytes).toBeGreaterThan(19_000_000);
  expect(after.guest!.memoryUsedBytes - before.guest!.memoryUsedBytes).toBeGreaterThan(10_000_000);
  expect(after.guest!.diskUsedBytes - before.guest!.diskUsedBytes).toBeGreaterThan(19_000_000);
  // What was run before it may not have been reaped yet.
  expect(Math.abs(after.guest!.processes - before.guest!.processes - 1)).toBeLessThan(2);
});

test("a guest's processes are listed with their user, CPU time and memory", async () => {
  await using busy = await used.child.spawn(["sh", "-c", BUSY], { user: "nobody" });
  await expect.poll(async () => (await taskOf(used.child, busy.pid))?.cpuMs).toBeGreaterThan(100);
  expect(await taskOf(used.child, busy.pid)).toMatchObject({
    ppid: 1,
    user: "nobody",
    state: "R",
    command: `sh -c ${BUSY}`,
  });
  const agent = await taskOf(used.child, 1);
  expect(agent?.residentBytes).toBeGreaterThan(MIB / 2);
});

test("a paused machine is measured from outside, and stays paused", async () => {
  await using child = await forkOne(used.daemon, { autoResume: true });
  await child.pause();
  expect(await child.metrics()).toMatchObject({
    status: "paused",
    guest: null,
    guestWhy: expect.stringContaining("is paused") as string,
  });
  expect((await child.refresh()).status).toBe("paused");
  expect(await child.metrics({ guest: false })).toMatchObject({ guest: null, guestWhy: null });
});

test("of a machine that has died there are no metrics", async () => {
  await using child = await forkOne(used.daemon);
  await child.run("echo o > /proc/sysrq-trigger").catch(() => {});
  await expect.poll(async () => (await child.refresh()).status).toBe("dead");
  await expect(child.metrics()).rejects.toMatchObject({ code: "sandbox_dead" });
  await expect(child.top()).rejects.toMatchObject({ code: "sandbox_dead" });
});

test("a scrape tells of the machines that live and of the fork that made them, and asks no guest", async () => {
  await using child = await forkOne(used.daemon, {});
  await child.pause();
  const before = parseExposition(await used.daemon.forkd.metrics());
  const of = (name: string, labels = ""): number =>
    before.get(name)?.samples.get(`${name}{${labels}}`) ?? NaN;
  const ready = before.get("forkd_child_ready_seconds")?.samples;
  expect(of("forkd_sandboxes", 'status="paused"')).toBe(1);
  expect(of("forkd_sandboxes", 'status="running"')).toBeGreaterThanOrEqual(1);
  expect(of("forkd_snapshots_total")).toBeGreaterThanOrEqual(1);
  expect(ready?.get("forkd_child_ready_seconds_count{}")).toBeGreaterThanOrEqual(2);
  expect(ready?.get("forkd_child_ready_seconds_sum{}")).toBeGreaterThan(0.01);
});
