import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { GuestAgent } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MACHINE_FILES } from "../src/machine-files.ts";
import { captureMachine } from "../src/capture/capture.ts";
import type { QemuMachine } from "../src/machine.ts";
import { CaptureScene, shell } from "./capture-fixture.ts";
import { connectAgent, soon } from "./fixture.ts";
import { CAN_CAPTURE_LIVE } from "../../../tests/harness/capture-modes.ts";

/** The process that receives the stream into this file, if it is there. */
function findReceiver(memoryPath: string): number | undefined {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const isReceiver = (pid: string): boolean => {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
      return argv.includes(memoryPath) && argv.some((argument) => argument.endsWith("receive-stream.ts"));
    } catch {
      return false;
    }
  };
  const pid = pids.find(isReceiver);
  return pid === undefined ? undefined : Number(pid);
}

/** Lets a receiver stand still until it is disposed. */
class StoppedReceiver implements Disposable {
  readonly #memoryPath: string;
  #pid: number | undefined;

  constructor(memoryPath: string) {
    this.#memoryPath = memoryPath;
  }

  stop(): void {
    this.#pid = findReceiver(this.#memoryPath);
    if (this.#pid !== undefined) process.kill(this.#pid, "SIGSTOP");
  }

  [Symbol.dispose](): void {
    if (this.#pid !== undefined && findReceiver(this.#memoryPath) === this.#pid) {
      process.kill(this.#pid, "SIGCONT");
    }
  }
}

describe.runIf(CAN_CAPTURE_LIVE)("a machine whose live capture is given up", () => {
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

  it("runs on once its stream's receiver does, however long that stood still", async () => {
    const spec = scene.spec("live");
    const giveUp = new AbortController();
    using receiver = new StoppedReceiver(spec.memoryPath);
    using _ = source.qmp.onEvent(({ name }) => {
      if (name !== "STOP" || giveUp.signal.aborted) return;
      receiver.stop();
      giveUp.abort();
    });
    const options = { signal: giveUp.signal, settleTimeoutMs: 500 };
    const code = expect.stringMatching(/^(cancelled|machine_stuck)$/);
    await expect(captureMachine(source, spec, options)).rejects.toMatchObject({ code });
    expect(findReceiver(spec.memoryPath)).toBeDefined();
    receiver[Symbol.dispose]();
    await expect(shell(agent, "head -c 30M /dev/urandom | wc -c")).resolves.toBe("31457280");
    await expect.poll(() => findReceiver(spec.memoryPath)).toBeUndefined();
    await expect(source.capture(scene.spec("live"), soon())).resolves.toMatchObject({
      memoryBytes: expect.any(Number),
    });
  });

  it("runs before anything is cleared away when no stream had begun", async () => {
    const spec = scene.spec("live");
    const giveUp = new AbortController();
    let wasReceiverThere: boolean | undefined;
    using _ = source.qmp.onEvent(({ name }) => {
      if (name === "STOP") giveUp.abort();
      if (name === "RESUME") wasReceiverThere ??= findReceiver(spec.memoryPath) !== undefined;
    });
    // A disk that is being written to is copied while the machine stands still.
    const overlay = join(source.directory, MACHINE_FILES.overlay);
    using _writing = setInterval(() => utimesSync(overlay, new Date(), new Date()), 2);
    await expect(source.capture(spec, { signal: giveUp.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(wasReceiverThere).toBe(true);
    await expect(shell(agent, "echo runs on")).resolves.toBe("runs on");
  });
});
