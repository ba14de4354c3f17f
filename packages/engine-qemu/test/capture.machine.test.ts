import { rm, stat } from "node:fs/promises";
import type { GuestAgent } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QemuMachine } from "../src/machine.ts";
import { CaptureScene, shell } from "./capture-fixture.ts";
import { connectAgent, soon } from "./fixture.ts";
import { CAPTURE_MODES } from "../../../tests/harness/capture-modes.ts";

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

  it("is captured twenty times, in all modes, while a command of it runs on", async () => {
    const ticks = shell(agent, "i=0; while [ ! -e /run/enough ]; do i=$((i+1)); sleep 0.01; done; echo $i");
    for (let round = 0; round < 20; round++) {
      const spec = scene.spec(CAPTURE_MODES[round % CAPTURE_MODES.length] ?? "diff");
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

  it("says why it cannot be captured live, and runs on when it is tried", async () => {
    await using machine = await scene.restore(scene.onDisk);
    const liveBlocker = "its memory is not on a tmpfs";
    await expect(machine.assessCapture(soon())).resolves.toMatchObject({ liveBlocker });
    await expect(machine.findLiveBlocker(soon())).resolves.toBe(liveBlocker);
    await expect(machine.capture(scene.spec("live"), soon())).rejects.toMatchObject({
      code: "capture_failed",
    });
    await using machineAgent = await connectAgent(machine);
    await expect(shell(machineAgent, "echo runs on")).resolves.toBe("runs on");
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
