import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import type { CaptureSpec, GuestAgent, Machine } from "@forkd/core";
import { isForkdError } from "@forkd/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QemuMachine } from "../src/machine.ts";
import { CaptureScene, shell } from "./capture-fixture.ts";
import { captureInAnotherProcess, connectAgent, soon } from "./fixture.ts";
import { CAPTURE_MODES } from "../../../tests/harness/capture-modes.ts";

const run = promisify(execFile);

/** `whole`, or the code of its error. */
async function outcomeOf(capture: Promise<unknown>): Promise<string> {
  return capture.then(
    () => "whole",
    (error: unknown) => (isForkdError(error) ? error.code : String(error)),
  );
}

describe.each(CAPTURE_MODES)("a machine whose %s capture fails", (mode) => {
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

  async function expectRunning(): Promise<void> {
    await expect(shell(agent, "echo runs on")).resolves.toBe("runs on");
  }

  it("runs on when a file is there already", async () => {
    const spec = scene.spec("diff");
    await source.capture(spec, soon());
    const { memoryPath, diskPath, deviceStatePath } = spec;
    for (const path of [{ memoryPath }, { diskPath }, { deviceStatePath }]) {
      const capture = source.capture({ ...scene.spec(mode), ...path }, soon());
      await expect(capture).rejects.toMatchObject({ code: "capture_failed" });
      await expectRunning();
    }
  });

  it.each<[string, (machine: QemuMachine, abort: () => void) => Disposable | undefined]>([
    ["at once", (_, abort) => (abort(), undefined)],
    ["soon", (_, abort) => void setTimeout(abort, 1)],
    ["while it is made ready", (_, abort) => void setTimeout(abort, 20)],
    ["as it stops", ({ qmp }, abort) => qmp.onEvent(({ name }) => name === "STOP" && abort())],
    [
      "while it stands still",
      ({ qmp }, abort) => qmp.onEvent(({ name }) => name === "STOP" && setTimeout(abort, 2)),
    ],
    ["as it runs again", ({ qmp }, abort) => qmp.onEvent(({ name }) => name === "RESUME" && abort())],
    ["later", ({ qmp }, abort) => qmp.onEvent(({ name }) => name === "RESUME" && setTimeout(abort, 20))],
  ])("runs on when it is given up %s", async (_, arrange) => {
    const giveUp = new AbortController();
    const subscription = arrange(source, () => giveUp.abort());
    const outcome = await outcomeOf(source.capture(scene.spec(mode), { signal: giveUp.signal }));
    subscription?.[Symbol.dispose]();
    expect(["cancelled", "whole"]).toContain(outcome);
    await expectRunning();
    await expect(source.qmp.execute("query-status", {}, soon())).resolves.toMatchObject({ running: true });
  });

  it.skipIf(process.getuid?.() !== 0)("runs on when the disk is full", async () => {
    await using stack = new AsyncDisposableStack();
    const directory = scene.workspace.file(`full-${mode}`);
    await mkdir(directory);
    await run("mount", ["-t", "tmpfs", "-o", "size=1m,mode=0700", "forkd-test", directory]);
    stack.defer(async () => void (await run("umount", [directory])));
    await expect(outcomeOf(source.capture(scene.spec(mode, directory), soon()))).resolves.toBe("disk_full");
    await expectRunning();
  });

  it.each(["STOP", "RESUME"])("is not waited for when it dies at its %s", async (moment) => {
    const machine = await scene.restore();
    using _ = machine.qmp.onEvent(({ name }) => name === moment && process.kill(machine.pid, "SIGKILL"));
    const outcome = await outcomeOf(machine.capture(scene.spec(mode), soon(20_000)));
    expect(moment === "STOP" || mode === "live" ? ["capture_failed"] : ["capture_failed", "whole"]).toContain(
      outcome,
    );
  });

  it.each(["STOP", "RESUME"])("runs on under the next daemon when one dies at its %s", async (moment) => {
    const spec = await scene.describe(scene.base);
    const record = await captureInAnotherProcess(spec, scene.spec(mode), moment);
    await using orphan = (await scene.engine.adopt(record, soon())) as Machine;
    await using orphanAgent = await connectAgent(orphan);
    await expect(shell(orphanAgent, "head -c 30M /dev/urandom | wc -c")).resolves.toBe("31457280");
    const again: CaptureSpec = scene.spec(CAPTURE_MODES.at(-1) ?? "diff");
    await expect(outcomeOf(orphan.capture(again, soon()))).resolves.toBe("whole");
  });
});
