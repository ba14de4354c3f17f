import { open } from "node:fs/promises";
import { join } from "node:path";
import type { CaptureReport } from "@forkd/core";
import { MACHINE_FILES } from "../machine-files.ts";
import { settleAll } from "./copy-workers.ts";
import { saveDeviceState } from "./device-state.ts";
import { GuestMemory } from "./guest-memory.ts";
import { createImageTarget, createLayerTarget } from "./memory-target.ts";
import type { MemoryTarget } from "./memory-target.ts";
import { OverlayCopy } from "./overlay-copy.ts";
import { roundMs } from "./phases.ts";
import { PauseClock } from "./pause-clock.ts";
import { whileStopped } from "./stop-vcpus.ts";
import type { CaptureTask } from "./task.ts";

/** Captures a machine that stands still while its own pages are copied. */
export async function captureStopped(task: CaptureTask): Promise<CaptureReport> {
  const { machine, spec, phases, signal } = task;
  await using stack = new AsyncDisposableStack();
  const memory = stack.use(await GuestMemory.open(machine.pid, spec.memoryMib * 1024 * 1024));
  const file = stack.use(await open(spec.memoryPath, "wx", 0o600));
  const overlayPath = join(machine.directory, MACHINE_FILES.overlay);
  const overlay = stack.use(await OverlayCopy.open(overlayPath, spec.diskPath));
  const target =
    spec.mode === "diff" ? createLayerTarget(file, memory) : await createImageTarget(file, memory);
  using clock = new PauseClock(machine.qmp);
  await phases.time("prepare", async () => {
    await target.begin(signal);
    await overlay.begin(signal);
  });
  const dirtyPages = await whileStopped(task, () => copyInstant(task, target, overlay));
  const pause = { pauseMs: roundMs(clock.totalMs), dirtyPages };
  spec.onResume?.(pause);
  const memoryBytes = await phases.time("finish", () => target.finish());
  return {
    ...pause,
    longestStallMs: pause.pauseMs,
    memoryBytes,
    diskBytes: overlay.bytes,
    phases: phases.done,
  };
}

async function copyInstant(
  { machine, spec, phases, signal }: CaptureTask,
  target: MemoryTarget,
  overlay: OverlayCopy,
): Promise<number> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const parts = {
    state: phases.time("device-state", () => saveDeviceState(machine, spec.deviceStatePath, { signal })),
    memory: phases.time("memory", () => target.collect(either)),
    disk: phases.time("disk", () => overlay.finish(either)),
  };
  for (const part of Object.values(parts)) part.catch((error: unknown) => failed.abort(error));
  await settleAll(Object.values(parts));
  return parts.memory;
}
