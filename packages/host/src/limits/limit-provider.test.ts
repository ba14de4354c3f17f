import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readIfPresent, readMounts } from "@forkd/posix";
import { findOwnGroup, listMounts } from "./hierarchy.ts";
import { createLimitProvider } from "./limit-provider.ts";
import { subtreeName } from "./subtree.ts";

const dataDir = `/nonexistent/forkd-test-${process.pid}`;
const limits = createLimitProvider({ dataDir });
const available = process.getuid?.() === 0 && (await limits.probe()).every((probe) => probe.available);

const MEMORY = { memoryLimitMib: 16, swapLimitMib: null, cpuLimit: null, taskLimit: null };

/** A shell that waits for a line, and then needs 64 MiB of memory. */
function spawnEater() {
  return spawn("sh", ["-c", "read line; exec head -c 64M /dev/zero | tail"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
}

/** Whether there is a group of this name that a process can be put into. */
async function isThere(name: string): Promise<boolean> {
  const group = await limits.adoptGroup(name);
  const process = spawnEater();
  await group.add(process.pid ?? 0);
  const groups = await readFile(`/proc/${process.pid}/cgroup`, "utf8");
  process.kill("SIGKILL");
  await once(process, "exit");
  return groups.includes(name);
}

/** What the kernel says of a process's limits, in v1 or v2. */
async function readLimits(pid: number) {
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8");
  const read = async (controller: string, file: string): Promise<string | undefined> => {
    const group = findOwnGroup(groups, 1, controller);
    const [mount] = listMounts(await readMounts(), controller).filter(({ version }) => version === 1);
    return mount && readIfPresent(join(mount.point, group, file));
  };
  const unified = async (file: string): Promise<string> =>
    (await readIfPresent(join("/sys/fs/cgroup", findOwnGroup(groups, 2, ""), file))) ?? "";
  const memory = (await read("memory", "memory.limit_in_bytes")) ?? (await unified("memory.max"));
  const quota = (await read("cpu", "cpu.cfs_quota_us")) ?? (await unified("cpu.max"));
  const tasks = (await read("pids", "pids.max")) ?? (await unified("pids.max"));
  return {
    memory: Number(memory),
    cpu: /^(-1|max)/.test(quota) ? Infinity : Number.parseInt(quota) / 100_000,
    tasks: tasks.startsWith("max") ? Infinity : Number(tasks),
  };
}

function uniqueName(): string {
  return `test-${process.pid}-${Math.random().toString(36).slice(2)}`;
}

test.runIf(available)("has the kernel kill a process that passes its limit, and counts it", async () => {
  await using group = await limits.createGroup(uniqueName(), MEMORY);
  const eater = spawnEater();
  await group.add(eater.pid ?? 0);
  expect(await group.countOomKills()).toBe(0);
  eater.stdin.write("\n");
  await once(eater, "exit");
  expect(await group.countOomKills()).toBeGreaterThan(0);
});

test.runIf(available)("adopts a group by its name, until it is removed", async () => {
  const name = uniqueName();
  {
    await using _group = await limits.createGroup(name, MEMORY);
    expect(await isThere(name)).toBe(true);
  }
  expect(await isThere(name)).toBe(false);
});

test.runIf(available)("removes stale groups, but none that has a process or is to be kept", async () => {
  const names = { stale: uniqueName(), kept: uniqueName(), busy: uniqueName() };
  await limits.createGroup(names.stale, MEMORY);
  await using _kept = await limits.createGroup(names.kept, MEMORY);
  await using busy = await limits.createGroup(names.busy, MEMORY);
  const process = spawnEater();
  await busy.add(process.pid ?? 0);
  await limits.removeStale(new Set([names.kept]));
  expect(await isThere(names.stale)).toBe(false);
  expect(await isThere(names.kept)).toBe(true);
  expect(await isThere(names.busy)).toBe(true);
  process.kill("SIGKILL");
  await once(process, "exit");
});

test.runIf(available)("the groups of another daemon are not stale", async () => {
  const name = uniqueName();
  await using _group = await limits.createGroup(name, MEMORY);
  await createLimitProvider({ dataDir: `${dataDir}-other` }).removeStale(new Set());
  expect(await isThere(name)).toBe(true);
});

test.runIf(available)("leaves no directory of its own once its last group is gone", async () => {
  const own = createLimitProvider({ dataDir: `${dataDir}-stopped` });
  const name = subtreeName(`${dataDir}-stopped`);
  const find = async (): Promise<string[]> => {
    const [{ why } = { why: "" }] = await own.probe();
    return (await readdir(why.split(" at ")[1] ?? "")).filter((entry) => entry === name);
  };
  {
    await using _group = await own.createGroup(uniqueName(), MEMORY);
    await own.removeUnused();
    expect(await find()).toEqual([name]);
  }
  await own.removeUnused();
  expect(await find()).toEqual([]);
});

test.runIf(available)("says that a process is gone", async () => {
  await using group = await limits.createGroup(uniqueName(), MEMORY);
  await expect(group.add(2 ** 22 + 1)).rejects.toMatchObject({ code: "memory_limit_unavailable" });
});

test.runIf(available)("changes limits of a process that runs, all or none", async () => {
  const from = { ...MEMORY, memoryLimitMib: 32 };
  await using group = await limits.createGroup(uniqueName(), from);
  const process = spawnEater();
  const pid = process.pid ?? 0;
  await group.add(pid);
  const all = { memoryLimitMib: 48, swapLimitMib: null, cpuLimit: 0.5, taskLimit: 100 };
  await group.change({ pid, from, to: all });
  const inForce = await readLimits(pid);
  expect(inForce).toEqual({ memory: 48 * 1024 ** 2, cpu: 0.5, tasks: 100 });
  // Less than the kernel counts with, after limits that it takes.
  const refused = { ...all, memoryLimitMib: 64, cpuLimit: 1e9 };
  await expect(group.change({ pid, from: all, to: refused })).rejects.toMatchObject({
    code: "limit_unavailable",
    details: { limit: "CPU" },
  });
  expect(await readLimits(pid)).toEqual(inForce);
  await group.change({ pid, from: all, to: MEMORY });
  expect(await readLimits(pid)).toEqual({ memory: 16 * 1024 ** 2, cpu: Infinity, tasks: Infinity });
  process.kill("SIGKILL");
  await once(process, "exit");
});

test.runIf(available)("limits no memory of a process that was counted elsewhere so far", async () => {
  const none = { ...MEMORY, memoryLimitMib: null };
  await using group = await limits.createGroup(uniqueName(), none);
  const change = { pid: process.pid, from: none, to: MEMORY };
  await expect(group.change(change)).rejects.toMatchObject({
    code: "memory_limit_unavailable",
    message: expect.stringContaining("suspend it") as string,
  });
});

test("takes no name that leads out of its own groups", async () => {
  for (const name of ["../x", ".", "", "a/b"]) {
    await expect(limits.createGroup(name, MEMORY)).rejects.toMatchObject({
      code: "memory_limit_unavailable",
    });
  }
});

test("says why there are no limits below a group that is not there", async () => {
  const probes = await createLimitProvider({ dataDir, parent: "nonexistent" }).probe();
  expect(probes.map(({ kind }) => kind)).toEqual(["memory", "CPU", "task"]);
  for (const { available, why } of probes)
    expect([available, why]).toEqual([false, expect.stringContaining("nonexistent")]);
});
