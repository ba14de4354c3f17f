import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CaptureReport } from "@forkd/core";
import { allocatedBytes } from "@forkd/posix";
import { MACHINE_FILES } from "../machine-files.ts";
import { BackgroundMigration } from "./background-migration.ts";
import { CopyWorkers, settleAll } from "./copy-workers.ts";
import { GuestMemory } from "./guest-memory.ts";
import { copyAhead, ImageWriter } from "./image-writer.ts";
import { LiveStream } from "./live-stream.ts";
import { OverlayCopy } from "./overlay-copy.ts";
import { roundMs } from "./phases.ts";
import { PauseClock } from "./pause-clock.ts";
import { resumeMachine } from "./stop-vcpus.ts";
import type { CaptureTask } from "./task.ts";

/**
 * Captures a machine that runs on while QEMU copies its memory. It stands still while QEMU saves device state and
 * write-protects memory, which QEMU begins and ends by itself; its disk must be copied at that same instant.
 *
 * Pages that the machine did not write itself are copied before, which also brings all of memory into QEMU's page
 * table. QEMU sends them too, but writing them then would take time from a machine that waits for its faults.
 */
export async function captureLive(task: CaptureTask): Promise<CaptureReport> {
  const { machine, spec, phases, signal } = task;
  await using stack = new AsyncDisposableStack();
  const memory = stack.use(await GuestMemory.open(machine.pid, spec.memoryMib * 1024 * 1024));
  const file = stack.use(await open(spec.memoryPath, "wx", 0o600));
  const image = await ImageWriter.create(file, memory.pageCount);
  const overlayPath = join(machine.directory, MACHINE_FILES.overlay);
  const overlay = stack.use(await OverlayCopy.open(overlayPath, spec.diskPath));
  stack.defer(() => resumeMachine(machine.qmp, machine.name));
  const clock = stack.use(new PauseClock(machine.qmp));
  const migration = stack.use(await BackgroundMigration.prepare(machine.qmp, signal));
  const openStream = async (): Promise<LiveStream> => stack.use(await LiveStream.open(task, migration));
  const workers = new CopyWorkers();
  const first = await phases.time("prepare", async () => {
    const stream = openStream();
    await settleAll([copyAhead(memory, image, workers, signal), stream]);
    await overlay.begin(signal);
    return stream;
  });
  const stream = await beginStream(task, { memory, image, overlay, workers, first, openStream });
  const changed = await memory.findPrivatePages(workers, signal);
  const pause = { pauseMs: roundMs(clock.totalMs), dirtyPages: changed.length };
  spec.onResume?.(pause);
  stream.narrow(flagsOf(changed, memory.pageCount));
  const { deviceState, longestGapMs } = await phases.time("stream", () => stream.finish());
  await writeFile(spec.deviceStatePath, deviceState, { flag: "wx", mode: 0o600 });
  return {
    ...pause,
    longestStallMs: roundMs(Math.max(pause.pauseMs, longestGapMs)),
    memoryBytes: allocatedBytes(await stat(spec.memoryPath)),
    diskBytes: overlay.bytes,
    phases: phases.done,
  };
}

interface StreamBeginning {
  readonly memory: GuestMemory;
  readonly image: ImageWriter;
  readonly overlay: OverlayCopy;
  readonly workers: CopyWorkers;
  readonly first: LiveStream;
  readonly openStream: () => Promise<LiveStream>;
}

/**
 * A disk that has not changed since before it was copied is the same at all instants since. When it did change, the
 * machine is stopped first and its disk copied; that takes longer, since QEMU then looks at all of memory meanwhile.
 */
async function beginStream(task: CaptureTask, beginning: StreamBeginning): Promise<LiveStream> {
  const { phases, machine, signal } = task;
  const { memory, image, overlay, workers, first, openStream } = beginning;
  if (await overlay.isCurrent()) {
    await phases.time("pause", () => first.begin(task, image.isFilled));
    if (await overlay.isCurrent()) return first;
    // What it wrote of these is of the wrong instant, and must be written over, be it with zeros.
    for (const page of await memory.findPrivatePages(workers, signal)) image.isFilled[page] = 1;
  }
  const stream = await phases.time("prepare-again", () => first.orAnother(openStream));
  try {
    await phases.time("stop", () => machine.qmp.execute("stop", {}, { signal }));
    await phases.time("disk", () => overlay.finish(signal));
    await phases.time("pause", () => stream.begin(task, image.isFilled));
    return stream;
  } finally {
    // A stream that was begun settles first: QEMU may yet stop the machine.
    if (!stream.hasBegun) await resumeMachine(machine.qmp, machine.name);
  }
}

function flagsOf(pages: Uint32Array, pageCount: number): Uint8Array {
  const flags = new Uint8Array(pageCount);
  for (const page of pages) flags[page] = 1;
  return flags;
}
