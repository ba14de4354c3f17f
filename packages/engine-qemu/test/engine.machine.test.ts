import { execFile } from "node:child_process";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
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
  runInGuest,
  soon,
  Workspace,
} from "./fixture.ts";
import type { FrozenMachine } from "@forkd/core/testing/rig";

const run = promisify(execFile);

describe("the QEMU engine", () => {
  let engine: Engine;
  let workspace: Workspace;
  let snapshot: FrozenMachine;
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
    snapshot = await freeze(parent, workspace);
  });

  /** A test that ran out of time has disposed of nothing. */
  afterAll(async () => {
    await Promise.all(restored.map((machine) => machine.kill()));
    await workspace[Symbol.asyncDispose]();
  });

  it("leaves a consistent overlay and private files behind a parent that was killed", async () => {
    await expect(run("qemu-img", ["check", snapshot.layers[0] ?? ""])).resolves.toMatchObject({
      stdout: expect.stringContaining("No errors were found") as string,
    });
    for (const path of [snapshot.memoryPath, snapshot.deviceStatePath, ...snapshot.layers]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it("keeps the guest idle when nothing happens", async () => {
    await using machine = await restoreChild();
    const ticks = "grep LOC: /proc/interrupts | tr -s ' ' | cut -d' ' -f2";
    const script = `a=$(${ticks}); sleep 2; b=$(${ticks}); echo $((b - a))`;
    await expect.poll(async () => Number(await runInGuest(machine, script))).toBeLessThan(250);
  });

  it("leaves a machine as it is whose monitor is gone", async () => {
    const spec = await childSpec();
    await using machine = await engine.restore(spec, soon());
    await rm(join(spec.directory, MACHINE_FILES.qmpSocket));
    const { pid, startTicks } = machine;
    const record = { pid, startTicks, directory: spec.directory, paused: false };
    await expect(createEngine().adopt(record, soon())).rejects.toMatchObject({ code: "agent_unreachable" });
    await expect(runInGuest(machine, "cat /run/memory")).resolves.toBe("of the parent");
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
