import { ForkdError } from "@forkd/contract";
import type { QmpClient } from "../qmp/client.ts";
import type { CaptureTask } from "./task.ts";

const RESUME_TIMEOUT_MS = 10_000;

/**
 * Runs `work` while the vCPUs stand still, and lets them run again whatever becomes of it. `stop` flushes and drains
 * the disks. The answer to an aborted `stop` is not waited for, but `cont` comes after it.
 */
export async function whileStopped<Result>(
  { machine, phases, signal }: CaptureTask,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    await phases.time("stop", () => machine.qmp.execute("stop", {}, { signal }));
    return await work();
  } finally {
    await phases.time("resume", () => resumeMachine(machine.qmp, machine.name));
  }
}

/** Lets the vCPUs run. Throws `machine_stuck` when QEMU is there but they do not run then, or it does not answer. */
export async function resumeMachine(qmp: QmpClient, name: string): Promise<void> {
  const options = { signal: AbortSignal.timeout(RESUME_TIMEOUT_MS) };
  try {
    await qmp.execute("cont", {}, options);
    const { running, status } = (await qmp.execute("query-status", {}, options)) as Record<string, unknown>;
    if (running !== true) throw new Error(`QEMU says that it is ${String(status)}`);
  } catch (cause) {
    if (qmp.isClosed) throw cause;
    throw new ForkdError("machine_stuck", { id: name, why: (cause as Error).message }, { cause });
  }
}
