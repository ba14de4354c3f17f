import { rm, stat } from "node:fs/promises";
import type { CaptureMode, GuestAgent } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QemuMachine } from "../src/machine.ts";
import { CaptureScene, shell, snapshotOf } from "./capture-fixture.ts";
import { connectAgent, MEMORY_MIB, soon } from "./fixture.ts";
import type { TestSnapshot } from "./fixture.ts";

const MODES: readonly CaptureMode[] = ["full", "diff", "live"];
const MIB = 1024 * 1024;

describe("a running machine", () => {
  let scene: CaptureScene;
  let source: QemuMachine;
  let agent: GuestAgent;

  beforeAll(async () => {
    scene = await CaptureScene.create();
    source = await scene.restore();
    agent = await connectAgent(source);
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  it.each(MODES)("is captured %s, and restored as it was", async (mode) => {
    await shell(agent, `echo ${mode} >/root/disk; sync; echo ${mode} >/run/memory`);
    const spec = scene.spec(mode);
    const report = await source.capture(spec, soon());
    await shell(agent, "echo later >/root/disk; sync; echo later >/run/memory");
    await using child = await scene.restore(await snapshotOf(spec, scene.base));
    await using childAgent = await connectAgent(child);
    const script = "echo 3 >/proc/sys/vm/drop_caches; sort -u /root/disk /run/memory";
    await expect(shell(childAgent, script)).resolves.toBe(mode);
    await expect(shell(agent, script)).resolves.toBe("later");
    expect(report.pauseMs).toBeGreaterThan(0);
    for (const path of [spec.memoryPath, spec.deviceStatePath, spec.diskPath]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it("is captured again from what was captured of it", async () => {
    let snapshot: TestSnapshot = scene.base;
    for (const [generation, mode] of (["diff", "diff", "full"] as const).entries()) {
      await using machine = await scene.restore(snapshot);
      await using machineAgent = await connectAgent(machine);
      await shell(
        machineAgent,
        `echo ${generation} >>/root/history; sync; echo ${generation} >>/run/history`,
      );
      const spec = scene.spec(mode);
      await machine.capture(spec, soon());
      snapshot = await snapshotOf(spec, snapshot);
    }
    await using last = await scene.restore(snapshot);
    await using lastAgent = await connectAgent(last);
    await expect(shell(lastAgent, "cat /root/history /run/history")).resolves.toBe("0\n1\n2\n0\n1\n2");
  });

  it("is captured twenty times, in all modes, while a command of it runs on", async () => {
    const ticks = shell(agent, "i=0; while [ ! -e /run/enough ]; do i=$((i+1)); sleep 0.01; done; echo $i");
    for (let round = 0; round < 20; round++) {
      const spec = scene.spec(MODES[round % 3] as CaptureMode);
      await source.capture(spec, soon());
      await rm(spec.memoryPath);
    }
    await shell(agent, "touch /run/enough");
    await expect(ticks).resolves.toMatch(/^\d+$/);
  });

  it("is captured as a layer that is little more than what it wrote", async () => {
    await using machine = await scene.restore();
    await using machineAgent = await connectAgent(machine);
    await shell(machineAgent, "head -c 20M /dev/urandom >/run/noise; head -c 20M /dev/zero >/run/zeros");
    const spec = scene.spec("diff");
    const { dirtyPages, memoryBytes } = await machine.capture(spec, soon());
    expect(dirtyPages * 4096).toBeGreaterThan(40 * MIB);
    expect(memoryBytes).toBeLessThan(dirtyPages * 4096 - 19 * MIB);
    expect((await stat(spec.memoryPath)).size).toBeLessThan(memoryBytes * 1.05);
  });

  it("says what a capture would cost, and that it can be live", async () => {
    const outlook = await source.assessCapture(soon());
    expect(outlook.dirtyPages).toBeGreaterThan(100);
    expect(outlook.overlayBytes).toBeGreaterThan(4096);
    expect(outlook.liveObstacle).toBeUndefined();
    await expect(source.findLiveObstacle(soon())).resolves.toBeUndefined();
  });

  it("says why it cannot be captured live, and runs on when it is tried", async () => {
    await using machine = await scene.restore(scene.onDisk);
    const liveObstacle = "its memory is not on a tmpfs";
    await expect(machine.assessCapture(soon())).resolves.toMatchObject({ liveObstacle });
    await expect(machine.findLiveObstacle(soon())).resolves.toBe(liveObstacle);
    await expect(machine.capture(scene.spec("live"), soon())).rejects.toMatchObject({
      code: "capture_failed",
    });
    await using machineAgent = await connectAgent(machine);
    await expect(shell(machineAgent, "echo runs on")).resolves.toBe("runs on");
  });

  it("is captured once at a time, in the order of asking", async () => {
    const order: string[] = [];
    const ask = (name: string, work: Promise<unknown>): Promise<unknown> =>
      work.finally(() => order.push(name));
    await Promise.all([
      ask("live", source.capture(scene.spec("live"), soon())),
      ask("diff", source.capture(scene.spec("diff"), soon())),
      ask("outlook", source.assessCapture(soon())),
    ]);
    expect(order).toEqual(["live", "diff", "outlook"]);
    await expect(shell(agent, "echo runs on")).resolves.toBe("runs on");
  });

  it("is not waited for by who gives up", async () => {
    let isDone = false;
    const first = source.capture(scene.spec("live"), soon()).finally(() => (isDone = true));
    const signal = AbortSignal.timeout(5);
    await expect(source.capture(scene.spec("diff"), { signal })).rejects.toThrow(
      "waiting for another capture",
    );
    expect(isDone).toBe(false);
    await first;
  });

  it("says how many pages it wrote itself, also while it is captured", async () => {
    let isDone = false;
    const capture = source.capture(scene.spec("live"), soon()).finally(() => (isDone = true));
    await expect(source.countPrivatePages(MEMORY_MIB, soon())).resolves.toBeGreaterThan(100);
    expect(isDone).toBe(false);
    await capture;
  });

  it("is left as it was by who gives up its assessment", async () => {
    for (let delayMs = 0; delayMs < 12; delayMs++) {
      const signal = AbortSignal.timeout(delayMs);
      await source.assessCapture({ signal }).catch(() => {});
      const capabilities = await source.qmp.execute("query-migrate-capabilities", {}, soon());
      expect(capabilities).toContainEqual({ capability: "background-snapshot", state: false });
    }
  });
});
