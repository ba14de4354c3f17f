import { dirname } from "node:path";
import { ForkdError, isDiskFull, isForkdError } from "@forkd/contract";
import { withTimeout } from "@forkd/core";
import type { CallOptions, CaptureReport, CaptureSpec, SavedMachine, SaveSpec } from "@forkd/core";
import { captureLive } from "./capture-live.ts";
import { captureStopped } from "./capture-stopped.ts";
import { Phases } from "./phases.ts";
import { saveStopped } from "./save-stopped.ts";
import { isRunning } from "./stop-vcpus.ts";
import type { CapturedMachine, CaptureTask } from "./task.ts";

/** For small machines, and what is added for each MiB of memory: a disk may write no more than 50 MB/s. */
const DEADLINE_MS = 120_000;
const DEADLINE_MS_PER_MIB = 20;
const SETTLE_TIMEOUT_MS = 60_000;

export interface CaptureOptions extends CallOptions {
  /** How long QEMU may take to let go of the machine's memory when a live capture is given up. */
  readonly settleTimeoutMs?: number;
}

/**
 * Captures a machine, which runs on or stays paused whatever becomes of it. Files that were begun are the caller's to remove.
 * Throws `capture_failed`, `machine_stuck`, `disk_full`, `cancelled`.
 */
export function captureMachine(
  machine: CapturedMachine,
  spec: CaptureSpec,
  options: CaptureOptions,
): Promise<CaptureReport> {
  return underDeadline({ machine, spec }, options, async (task) => {
    // QEMU's own copier lets the vCPUs run behind it, also those that stood still before.
    const isLive = spec.mode === "live" && (await isRunning(machine.qmp, task));
    return await (isLive ? captureLive(task) : captureStopped(task));
  });
}

/** Saves a machine that stands still. Throws as {@link captureMachine} does. */
export function saveMachine(
  machine: CapturedMachine,
  spec: SaveSpec,
  options: CallOptions,
): Promise<SavedMachine> {
  return underDeadline({ machine, spec }, options, saveStopped);
}

/** Does the work of a capture in the time that it may take, and says what went wrong with it. */
async function underDeadline<Spec extends SaveSpec, Result>(
  { machine, spec }: Pick<CaptureTask<Spec>, "machine" | "spec">,
  options: CaptureOptions,
  work: (task: CaptureTask<Spec>) => Promise<Result>,
): Promise<Result> {
  const phases = new Phases();
  const memoryMs = spec.memoryMib * DEADLINE_MS_PER_MIB;
  const deadlineMs = DEADLINE_MS + memoryMs;
  const { settleTimeoutMs = SETTLE_TIMEOUT_MS + memoryMs } = options;
  const task = { machine, spec, phases, signal: withTimeout(options.signal, deadlineMs), settleTimeoutMs };
  try {
    return await work(task);
  } catch (error) {
    const cause = decisiveCause(error);
    if (isForkdError(cause) && cause.code === "machine_stuck") throw cause;
    if (options.signal.aborted)
      throw new ForkdError("cancelled", { stage: `capturing ${machine.name} (${phases.failed})` }, { cause });
    const { name: id } = machine;
    if (isDiskFull(cause)) {
      const details = { path: dirname(spec.memoryPath), doing: `a capture of ${id}` };
      throw new ForkdError("disk_full", details, { cause });
    }
    const why = task.signal.aborted ? `it took longer than ${deadlineMs / 1000} s` : (cause as Error).message;
    throw new ForkdError("capture_failed", { id, phase: phases.failed, why }, { cause });
  }
}

/** What went wrong first, of errors that led to others when things were undone; but a machine that is stuck first. */
function decisiveCause(error: unknown): unknown {
  if (!(error instanceof SuppressedError)) return error;
  const later = decisiveCause(error.error);
  return isForkdError(later) && later.code === "machine_stuck" ? later : decisiveCause(error.suppressed);
}
