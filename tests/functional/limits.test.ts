import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groupOf, memoryLimitFile, readLimits, readMemoryUse } from "../harness/cgroup-limits.ts";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";
import { pidOf } from "../harness/pid-of.ts";

const used = useChild();
const isRoot = process.getuid?.() === 0;
const MIB = 1024 ** 2;

test("a fork that does not fit is refused with the figures, and nothing is left of it", async () => {
  const { daemon } = used;
  await daemon.kill("SIGTERM");
  await daemon.start({ FORKD_RESERVE_MEMORY_MIB: "100000000" });
  await expect(forkOne(daemon)).rejects.toMatchObject({
    code: "no_memory",
    status: 503,
    details: { n: 1, siblings: 1, reserveMib: 100_000_000 },
  });
  expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id)).toEqual([used.child.id]);
  await daemon.kill("SIGTERM");
  await daemon.start({ FORKD_RESERVE_DISK_MIB: "100000000" });
  await expect(forkOne(daemon)).rejects.toMatchObject({ code: "disk_full", status: 507 });
  await daemon.kill("SIGTERM");
  await daemon.start();
});

test.runIf(isRoot)("limits of a fork are in force, are changed while it runs, and go with it", async () => {
  const child = await forkOne(used.daemon, { memoryLimitMib: 320, cpuLimit: 1.5, taskLimit: 80 });
  const pid = pidOf(child);
  expect(readLimits(pid)).toEqual({ memoryMib: 320, cpus: 1.5, tasks: 80 });
  await child.modify({ memoryLimitMib: 400, cpuLimit: 0.5 });
  expect(readLimits(pid)).toEqual({ memoryMib: 400, cpus: 0.5, tasks: 80 });
  expect(child.info).toMatchObject({ memoryLimitMib: 400, cpuLimit: 0.5, taskLimit: 80 });
  const refused = child.modify({ cpuLimit: 1, memoryLimitMib: 100 });
  await expect(refused).rejects.toMatchObject({ code: "memory_limit_too_small" });
  expect(readLimits(pid)).toEqual({ memoryMib: 400, cpus: 0.5, tasks: 80 });
  const groups = ["memory", "cpu", "pids"].map((controller) => groupOf(pid, controller));
  await child.kill();
  expect(groups.filter((group) => existsSync(group))).toEqual([]);
});

test.runIf(isRoot)(
  "memory of one that was forked without a limit is limited from its next start on",
  async () => {
    const child = await forkOne(used.daemon);
    await child.modify({ taskLimit: 90 });
    const both = child.modify({ taskLimit: 100, memoryLimitMib: 400 });
    await expect(both).rejects.toMatchObject({ code: "memory_limit_unavailable" });
    expect(readFileSync(`${groupOf(pidOf(child), "pids")}/pids.max`, "utf8")).toBe("90\n");
    await child.suspend();
    await child.modify({ memoryLimitMib: 400, cpuLimit: 2, diskWriteOpsPerSec: 500 });
    await child.resume();
    expect(readLimits(pidOf(child))).toEqual({ memoryMib: 400, cpus: 2, tasks: 90 });
    await child.kill();
  },
);

test("a limit of its disk holds from when it is set until it is taken away", async () => {
  const { child } = used;
  const write = async (): Promise<number> => {
    const code =
      "import os, time\n" +
      "f = os.open('/root/written', os.O_WRONLY | os.O_CREAT)\n" +
      "before = time.monotonic()\n" +
      "for _ in range(8): os.pwrite(f, os.urandom(256 * 1024), 0); os.fsync(f)\n" +
      "time.monotonic() - before";
    return Number((await child.eval(code)).result);
  };
  await child.modify({ diskWriteBytesPerSec: MIB });
  // A tenth of a second's may come at once.
  expect(await write()).toBeGreaterThan(1.5);
  await child.modify({ diskWriteBytesPerSec: null });
  expect(child.info.diskWriteBytesPerSec).toBeNull();
});

test.runIf(isRoot)(
  "the kernel's kill for want of memory is told as such, and is of that child alone",
  async () => {
    const child = await forkOne(used.daemon, { memoryLimitMib: 320 });
    const group = groupOf(pidOf(child), "memory");
    // No guest can pass the limit that it was given; so the kernel is told of a lower one.
    writeFileSync(memoryLimitFile(group), String(readMemoryUse(group) + 16 * MIB));
    const hog = "x = bytearray(100 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1";
    await expect(child.eval(hog)).rejects.toMatchObject({
      code: "sandbox_dead",
      message: expect.stringContaining("killed at its memory limit of 320 MiB") as string,
    });
    expect((await child.refresh()).died?.why).toContain("memory limit");
    await child.kill();
    expect((await used.child.run("echo alive")).stdout).toBe("alive\n");
  },
);
