import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, CaptureOutlook } from "@forkd/core";
import { allocatedBytes } from "@forkd/posix";
import { MACHINE_FILES } from "../machine-files.ts";
import { findMigrationBlocker } from "./background-migration.ts";
import { CopyWorkers } from "./copy-workers.ts";
import { GuestMemory } from "./guest-memory.ts";
import { isOnTmpfs } from "./process-maps.ts";
import { isRunning } from "./stop-vcpus.ts";
import type { CapturedMachine } from "./task.ts";

/** What a capture would cost now, and whether the machine need stand still for it. The machine runs on meanwhile. */
export async function assessMachine(
  machine: CapturedMachine,
  { signal }: CallOptions,
): Promise<CaptureOutlook> {
  await using memory = await openMemory(machine, signal);
  const privatePages = await memory.findPrivatePages(new CopyWorkers(), signal);
  const overlay = await stat(join(machine.directory, MACHINE_FILES.overlay));
  return {
    dirtyPages: privatePages.length,
    overlayBytes: allocatedBytes(overlay),
    liveBlocker: (await isRunning(machine.qmp, { signal }))
      ? await findBlocker(machine, memory, signal)
      : "it is paused: a copy of it stops nothing",
  };
}

/** Why the machine cannot be captured live, or undefined when it can. No page is looked at. */
export async function findLiveBlocker(
  machine: CapturedMachine,
  { signal }: CallOptions,
): Promise<string | undefined> {
  await using memory = await openMemory(machine, signal);
  return await findBlocker(machine, memory, signal);
}

/** How many pages the machine has written itself. It asks the kernel, not QEMU, and may run beside a capture. */
export async function countPrivatePages(
  pid: number,
  memoryMib: number,
  { signal }: CallOptions,
): Promise<number> {
  await using memory = await GuestMemory.open(pid, memoryMib * 1024 * 1024);
  return (await memory.findPrivatePages(new CopyWorkers(), signal)).length;
}

async function openMemory({ qmp, pid }: CapturedMachine, signal: AbortSignal): Promise<GuestMemory> {
  const summary = await qmp.execute("query-memory-size-summary", {}, { signal });
  return await GuestMemory.open(pid, (summary as { "base-memory": number })["base-memory"]);
}

async function findBlocker(
  { qmp }: CapturedMachine,
  { mapping }: GuestMemory,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!(await isOnTmpfs(mapping.device))) return "its memory is not on a tmpfs";
  return findMigrationBlocker(qmp, signal);
}
