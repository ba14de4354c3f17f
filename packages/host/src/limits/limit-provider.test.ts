import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createLimitProvider } from "./limit-provider.ts";

const limits = createLimitProvider();
const available = process.getuid?.() === 0 && (await limits.probe()).available;

/** A shell that waits for a line, and then needs 64 MiB of memory. */
function spawnEater() {
  return spawn("sh", ["-c", "read line; exec head -c 64M /dev/zero | tail"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
}

function uniqueName(): string {
  return `test-${process.pid}-${Math.random().toString(36).slice(2)}`;
}

test.runIf(available)("has the kernel kill a process that passes its limit, and counts it", async () => {
  await using group = await limits.createMemoryGroup(uniqueName(), 16);
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
    await using _group = await limits.createMemoryGroup(name, 16);
    expect(await limits.adoptGroup(name)).toBeDefined();
  }
  expect(await limits.adoptGroup(name)).toBeUndefined();
});

test.runIf(available)("removes stale groups, but none that has a process or is to be kept", async () => {
  const names = { stale: uniqueName(), kept: uniqueName(), busy: uniqueName() };
  await limits.createMemoryGroup(names.stale, 16);
  await using _kept = await limits.createMemoryGroup(names.kept, 16);
  await using busy = await limits.createMemoryGroup(names.busy, 16);
  const process = spawnEater();
  await busy.add(process.pid ?? 0);
  await limits.removeStale(new Set([names.kept]));
  expect(await limits.adoptGroup(names.stale)).toBeUndefined();
  expect(await limits.adoptGroup(names.kept)).toBeDefined();
  expect(await limits.adoptGroup(names.busy)).toBeDefined();
  process.kill("SIGKILL");
  await once(process, "exit");
});

test.runIf(available)("says that a process is gone", async () => {
  await using group = await limits.createMemoryGroup(uniqueName(), 16);
  await expect(group.add(2 ** 22 + 1)).rejects.toMatchObject({ code: "memory_limit_unavailable" });
});

test("takes no name that leads out of its own groups", async () => {
  for (const name of ["../x", ".", "", "a/b"]) {
    await expect(limits.createMemoryGroup(name, 16)).rejects.toMatchObject({
      code: "memory_limit_unavailable",
    });
  }
});

test("says why there are no limits below a group that is not there", async () => {
  const probe = await createLimitProvider({ parent: "nonexistent" }).probe();
  expect(probe).toMatchObject({ available: false });
  expect(probe.why).toContain("nonexistent");
});
