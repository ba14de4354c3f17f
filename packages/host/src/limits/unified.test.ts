import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CONTROLLERS } from "./controllers.ts";
import type { Controller } from "./controllers.ts";
import { readOomKills } from "./limit-memory.ts";
import { ensureSubtree } from "./subtree.ts";

const LIMITS = { memoryLimitMib: 400, swapLimitMib: 100, cpuLimit: 1.5, taskLimit: 90 };
const NONE = { memoryLimitMib: null, swapLimitMib: null, cpuLimit: null, taskLimit: null };

/** A directory with the files of a group of cgroup v2, whose controllers are these. */
async function createGroup(controllers: string) {
  const path = await mkdtemp(join(tmpdir(), "forkd-cgroup-"));
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, "cgroup.subtree_control"), controllers);
  await writeFile(join(path, "memory.swap.max"), "max");
  const read = (file: string): Promise<string> => readFile(join(path, file), "utf8");
  return { path, read, version: 2 } as const;
}

const MEMORY = CONTROLLERS[0] as Controller;

test("limits of v2 are in the files of one group, and are taken away there", async () => {
  const group = await createGroup("");
  const read = () =>
    Promise.all(["memory.max", "memory.swap.max", "cpu.max", "pids.max"].map((file) => group.read(file)));
  for (const { apply } of CONTROLLERS) await apply(group, LIMITS);
  expect(await read()).toEqual([String(400 * 1024 ** 2), String(100 * 1024 ** 2), "150000 100000", "90"]);
  for (const { apply } of CONTROLLERS) await apply(group, NONE);
  expect(await read()).toEqual(["max", "max", "max 100000", "max"]);
});

test("a limit of memory keeps it out of swap, and swap that is not counted is refused", async () => {
  const group = await createGroup("");
  await MEMORY.apply(group, { ...LIMITS, swapLimitMib: null });
  expect(await group.read("memory.swap.max")).toBe("0");
  await rm(join(group.path, "memory.swap.max"));
  await MEMORY.apply(group, { ...LIMITS, swapLimitMib: null });
  await expect(MEMORY.apply(group, LIMITS)).rejects.toMatchObject({
    code: "memory_limit_unavailable",
    message: expect.stringContaining("no account of swap") as string,
  });
});

test("a controller is handed down to our groups, and none that is handed down already is asked for", async () => {
  const { path, read, version } = await createGroup("cpu memory pids");
  await mkdir(join(path, "forkd"));
  await writeFile(join(path, "forkd", "cgroup.subtree_control"), "cpu memory");
  expect(await ensureSubtree({ version, base: path, name: "forkd" }, MEMORY)).toBe(join(path, "forkd"));
  expect(await read("cgroup.subtree_control")).toBe("cpu memory pids");
  expect(await read("forkd/cgroup.subtree_control")).toBe("+pids");
});

test("the kernel's count of kills is that of the group", async () => {
  const group = await createGroup("");
  expect(await readOomKills(group)).toBe(0);
  await writeFile(join(group.path, "memory.events"), "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
  expect(await readOomKills(group)).toBe(2);
});
