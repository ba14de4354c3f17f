import { open } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, SavedMachine, SaveSpec } from "@forkd/core";
import { MACHINE_FILES } from "../machine-files.ts";
import { saveDeviceState } from "./device-state.ts";
import { GuestMemory } from "./guest-memory.ts";
import { createLayerTarget } from "./memory-target.ts";
import { isRunning } from "./stop-vcpus.ts";
import type { CapturedMachine, CaptureTask } from "./task.ts";

/** Writes what a machine that stands still has in memory. Its disks were flushed when it was stopped. */
export async function saveStopped({
  machine,
  spec,
  phases,
  signal,
}: CaptureTask<SaveSpec>): Promise<SavedMachine> {
  await assertStopped(machine, { signal });
  await using stack = new AsyncDisposableStack();
  const memory = stack.use(await GuestMemory.open(machine.pid, spec.memoryMib * 1024 * 1024));
  const target = createLayerTarget(stack.use(await open(spec.memoryPath, "wx", 0o600)), memory);
  await phases.time("memory", async () => {
    await target.collect(signal);
    await target.finish();
  });
  await phases.time("device-state", () => saveDeviceState(machine, spec.deviceStatePath, { signal }));
  await assertStopped(machine, { signal });
  return { diskPath: join(machine.directory, MACHINE_FILES.overlay) };
}

/** Memory, devices and disk would be of different instants. QEMU answers in turn, behind all that it was told before. */
async function assertStopped({ qmp }: CapturedMachine, options: CallOptions): Promise<void> {
  if (await isRunning(qmp, options)) throw new Error("its vCPUs run");
}
