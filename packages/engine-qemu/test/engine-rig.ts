import { mkdtempDisposable } from "node:fs/promises";
import { join } from "node:path";
import type { EngineRig } from "@forkd/core/testing/rig";
import { createGuestConnector } from "@forkd/guest-client";
import { noteDirectory } from "../../../tests/harness/what-is-left.ts";
import {
  createEngine,
  describeMachine,
  forkInAnotherProcess,
  readGuestFiles,
  restoreInAnotherProcess,
  Workspace,
} from "./fixture.ts";

/** QEMU as the tests' daemon runs it, emulated, for the contract of engines. */
export async function createRig(): Promise<EngineRig> {
  await using stack = new AsyncDisposableStack();
  const workspace = stack.use(await Workspace.create());
  // Machines whose memory is on a tmpfs can be captured live.
  const shared = stack.use(await mkdtempDisposable("/dev/shm/forkd-engine-"));
  noteDirectory(shared.path);
  let count = 0;
  const describe = (layers: readonly string[]) => describeMachine(workspace, `machine${count++}`, layers);
  const resources = stack.move();
  return {
    engine: createEngine(),
    connector: createGuestConnector(),
    newFile: (name) => workspace.file(`${name}-${count++}`),
    async describeBoot() {
      const { kernelPath, initramfsPath } = readGuestFiles();
      const memoryPath = join(shared.path, `memory${count++}`);
      return { ...(await describe([])), memoryPath, kernelPath, initramfsPath };
    },
    async describeRestore({ memoryPath, deviceStatePath, layers }) {
      return { ...(await describe(layers)), memoryPath, deviceStatePath };
    },
    restoreElsewhere: restoreInAnotherProcess,
    copyElsewhere: forkInAnotherProcess,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
