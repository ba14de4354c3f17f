import { execFile } from "node:child_process";
import { copyFile, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Engine, Machine, RestoreSpec } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MACHINE_FILES } from "../src/machine-files.ts";
import { readTail, trimLog } from "../src/console-log.ts";
import {
  bootUntilReady,
  createEngine,
  describeMachine,
  freeze,
  readGuestFiles,
  restoreInAnotherProcess,
  runInGuest,
  soon,
  Workspace,
} from "./fixture.ts";
import type { TestSnapshot } from "./fixture.ts";

const run = promisify(execFile);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the QEMU engine", () => {
  let engine: Engine;
  let workspace: Workspace;
  let snapshot: TestSnapshot;
  let afterResume: string;
  let children = 0;
  const restored: Machine[] = [];

  async function childSpec(): Promise<RestoreSpec> {
    const spec = await describeMachine(workspace, `child${children++}`, snapshot.layers);
    return { ...spec, deviceStatePath: snapshot.deviceStatePath };
  }

  async function restoreChild(changes: Partial<RestoreSpec> = {}): Promise<Machine> {
    const machine = await engine.restore({ ...(await childSpec()), ...changes }, soon());
    restored.push(machine);
    return machine;
  }

  beforeAll(async () => {
    engine = createEngine();
    workspace = await Workspace.create();
    await using parent = await bootUntilReady(engine, workspace);
    await runInGuest(parent, "echo of the parent >/root/disk; echo of the parent >/run/memory; sync");
    const paused = await parent.pause(soon());
    await paused.saveDeviceState(workspace.file("first"), soon());
    await paused.saveDeviceState(workspace.file("second"), soon());
    await paused.resume(soon());
    afterResume = await runInGuest(parent, "cat /root/disk /run/memory");
    snapshot = await freeze(parent, workspace);
  });

  /** A test that ran out of time has disposed of nothing. */
  afterAll(async () => {
    await Promise.all(restored.map((machine) => machine.kill()));
    await workspace[Symbol.asyncDispose]();
  });

  it("resumes a parent whose state was saved twice in one pause", () => {
    expect(afterResume).toBe("of the parent\nof the parent");
  });

  it("leaves a consistent overlay and private files behind a parent that was killed", async () => {
    await expect(run("qemu-img", ["check", snapshot.layers[0] ?? ""])).resolves.toMatchObject({
      stdout: expect.stringContaining("No errors were found") as string,
    });
    for (const path of [snapshot.memoryPath, snapshot.deviceStatePath, ...snapshot.layers]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it("restores three children that go on where the parent stopped, apart from each other", async () => {
    const before = await run("sha256sum", [snapshot.memoryPath, ...snapshot.layers]);
    await using stack = new AsyncDisposableStack();
    const machines = await Promise.all([restoreChild(), restoreChild(), restoreChild()]);
    for (const machine of machines) stack.use(machine);
    for (const [index, machine] of machines.entries()) {
      await runInGuest(machine, `echo of child ${index} | tee /root/disk >/run/memory; sync`);
    }
    for (const [index, machine] of machines.entries()) {
      await expect(runInGuest(machine, "sort -u /root/disk /run/memory")).resolves.toBe(`of child ${index}`);
    }
    const after = await run("sha256sum", [snapshot.memoryPath, ...snapshot.layers]);
    expect(after.stdout).toBe(before.stdout);
  });

  it("keeps the guest idle when nothing happens", async () => {
    await using machine = await restoreChild();
    const ticks = "grep LOC: /proc/interrupts | tr -s ' ' | cut -d' ' -f2";
    const output = await runInGuest(machine, `a=$(${ticks}); sleep 2; b=$(${ticks}); echo $((b - a))`);
    expect(Number(output)).toBeLessThan(250);
  });

  it("runs onSpawn before guest code, and ends the machine when it fails", async () => {
    let pid = 0;
    const onSpawn = async (spawned: number) => {
      pid = spawned;
      throw new Error("no limit can be set");
    };
    await expect(restoreChild({ onSpawn })).rejects.toMatchObject({
      code: "restore_failed",
      message: expect.stringContaining("no limit can be set") as string,
    });
    expect(isAlive(pid)).toBe(false);
  });

  it("opens one agent stream at a time", async () => {
    await using machine = await restoreChild();
    const stream = await machine.openAgentStream(soon());
    await expect(machine.openAgentStream(soon())).rejects.toMatchObject({ code: "agent_unreachable" });
    stream.destroy();
    await expect(runInGuest(machine, "echo again")).resolves.toBe("again");
  });

  it("kills a machine, whether it is asked once or twice", async () => {
    const machine = await restoreChild();
    const [first, second] = await Promise.all([machine.kill(), machine.kill()]);
    expect(first).toEqual({ code: null, signal: "SIGKILL", why: "the VMM was killed by SIGKILL" });
    expect(second).toEqual(first);
    await expect(machine.kill()).resolves.toEqual(first);
    expect(isAlive(machine.pid)).toBe(false);
  });

  it("adopts a machine that outlived its daemon, and notices its end", async () => {
    const record = await restoreInAnotherProcess(await childSpec());
    const adopted = await engine.adopt(record, soon());
    await expect(runInGuest(adopted as Machine, "cat /run/memory")).resolves.toBe("of the parent");
    process.kill(record.pid, "SIGKILL");
    await expect(adopted?.exited).resolves.toMatchObject({ why: "the VMM is gone" });
    await expect(engine.adopt(record, soon())).resolves.toBeUndefined();
  });

  it("kills a machine that it adopted", async () => {
    const record = await restoreInAnotherProcess(await childSpec());
    const adopted = await engine.adopt(record, soon());
    await adopted?.kill();
    await expect(engine.adopt(record, soon())).resolves.toBeUndefined();
  });

  it("leaves a machine as it is whose monitor is gone", async () => {
    const spec = await childSpec();
    await using machine = await engine.restore(spec, soon());
    await rm(join(spec.directory, MACHINE_FILES.qmpSocket));
    const { pid, startTicks } = machine;
    const record = { pid, startTicks, directory: spec.directory };
    await expect(createEngine().adopt(record, soon())).rejects.toMatchObject({ code: "agent_unreachable" });
    await expect(runInGuest(machine, "cat /run/memory")).resolves.toBe("of the parent");
  });

  it("adopts nobody else's process under the same pid", async () => {
    const record = { pid: process.pid, startTicks: "1", directory: workspace.path };
    await expect(engine.adopt(record, soon())).resolves.toBeUndefined();
  });

  it("says that a guest powered itself off", async () => {
    await using machine = await restoreChild();
    await runInGuest(machine, "echo o >/proc/sysrq-trigger").catch(() => "");
    await expect(machine.exited).resolves.toMatchObject({ code: 0, why: "the guest powered itself off" });
  });

  it("says that a guest's kernel panicked, with its last words", async () => {
    await using machine = await restoreChild();
    await runInGuest(machine, "echo c >/proc/sysrq-trigger").catch(() => "");
    const { why } = await machine.exited;
    expect(why).toBe("the guest's kernel panicked: Kernel panic - not syncing: sysrq triggered crash");
  });

  it("refuses garbage for device state, with QEMU's reason", async () => {
    const deviceStatePath = workspace.file("garbage");
    await writeFile(deviceStatePath, Buffer.alloc(20_000, 7));
    await expect(restoreChild({ deviceStatePath })).rejects.toMatchObject({
      code: "restore_failed",
      details: { why: expect.stringContaining("load of migration failed") as string },
    });
  });

  it("refuses device state that was cut off", async () => {
    const deviceStatePath = workspace.file("cut");
    await copyFile(snapshot.deviceStatePath, deviceStatePath);
    await truncate(deviceStatePath, Math.floor((await stat(deviceStatePath)).size / 2));
    await expect(restoreChild({ deviceStatePath })).rejects.toMatchObject({ code: "restore_failed" });
  });

  it("refuses a memory file of another size and leaves it as it is", async () => {
    const memoryPath = workspace.file("short-memory");
    await using file = await open(memoryPath, "w");
    await file.truncate(4096);
    await expect(restoreChild({ memoryPath })).rejects.toMatchObject({
      code: "restore_failed",
      message: expect.stringContaining("4096 bytes instead of") as string,
    });
    expect((await file.stat()).size).toBe(4096);
  });

  it("ends a restore that is cancelled", async () => {
    const abort = new AbortController();
    let pid = 0;
    const onSpawn = async (spawned: number) => {
      pid = spawned;
      abort.abort();
    };
    const spec = { ...(await childSpec()), onSpawn };
    await expect(engine.restore(spec, { signal: abort.signal })).rejects.toMatchObject({ code: "cancelled" });
    expect(isAlive(pid)).toBe(false);
  });

  it("says why a kernel that is none does not boot", async () => {
    const spec = await describeMachine(workspace, "no-kernel");
    const kernelPath = workspace.file("no-kernel.bin");
    await writeFile(kernelPath, "MZ");
    const { initramfsPath } = readGuestFiles();
    const memoryPath = workspace.file("no-kernel.memory");
    await expect(
      engine.boot({ ...spec, memoryPath, kernelPath, initramfsPath }, soon()),
    ).rejects.toMatchObject({
      code: "boot_failed",
      details: { image: "no-kernel", why: expect.stringMatching(/kernel/) as string },
    });
  });

  it("keeps the console of a panic for whoever asks", async () => {
    const spec = await childSpec();
    await using machine = await engine.restore(spec, soon());
    await runInGuest(machine, "echo c >/proc/sysrq-trigger").catch(() => "");
    await machine.exited;
    const path = join(spec.directory, MACHINE_FILES.console);
    await expect(readTail(path, 100, 100_000)).resolves.toEqual(
      expect.arrayContaining([expect.stringContaining("Kernel panic") as string]),
    );
    await expect(readFile(path)).resolves.not.toHaveLength(0);
  });

  it("goes on writing to a console that was cut", async () => {
    const spec = await childSpec();
    await using machine = await engine.restore(spec, soon());
    const path = join(spec.directory, MACHINE_FILES.console);
    await runInGuest(machine, "yes 0123456789 | head -n 9000 >/dev/ttyS0");
    await expect(trimLog(path, { limitBytes: 50_000, keepBytes: 1000 })).resolves.toBe(true);
    await runInGuest(machine, "echo after the cut >/dev/ttyS0; sleep 0.1");
    expect((await stat(path)).size).toBeLessThan(50_000);
    await expect(readTail(path, 1, 1000)).resolves.toEqual(["after the cut"]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "gives the guest an I/O error when the host's disk is full",
    async () => {
      const spec = await childSpec();
      await using stack = new AsyncDisposableStack();
      await run("mount", ["-t", "tmpfs", "-o", "size=4m,mode=0700", "forkd-test", spec.directory]);
      stack.defer(async () => void (await run("umount", [spec.directory])));
      const machine = stack.use(await engine.restore(spec, soon()));
      const script = "dd if=/dev/urandom of=/root/big bs=1M count=16 conv=fsync 2>&1";
      await expect(runInGuest(machine, script)).resolves.toContain("Input/output error");
      await expect(runInGuest(machine, "echo alive")).resolves.toBe("alive");
    },
  );
});
