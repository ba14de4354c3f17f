import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import type { QmpClient } from "../qmp/client.ts";
import type { CaptureTask } from "./task.ts";

const RESUME_TIMEOUT_MS = 10_000;

/**
 * Runs `work` while the vCPUs stand still, and lets them run again whatever becomes of it, unless they stood still
 * before. `stop` flushes and drains the disks. The answer to an aborted `stop` is not waited for, but `cont` comes after
 * it.
 */
export async function whileStopped<Result>(
  { machine, phases, signal }: CaptureTask,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!(await isRunning(machine.qmp, { signal }))) return work();
  try {
    await phases.time("stop", () => machine.qmp.execute("stop", {}, { signal }));
    return await work();
  } finally {
    await phases.time("resume", () => resumeMachine(machine.qmp, machine.name));
  }
}

/** Stops the vCPUs until they are resumed; a failure leaves them running. */
export async function stopMachine(qmp: QmpClient, name: string, options: CallOptions): Promise<void> {
  try {
    await qmp.execute("stop", {}, options);
  } catch (error) {
    await resumeMachine(qmp, name);
    throw error;
  }
}

/** Lets the vCPUs run. Throws `machine_stuck` when QEMU is there but they do not run then, or it does not answer. */
export async function resumeMachine(qmp: QmpClient, name: string): Promise<void> {
  const options = { signal: AbortSignal.timeout(RESUME_TIMEOUT_MS) };
  try {
    await qmp.execute("cont", {}, options);
    const { running, status } = await queryStatus(qmp, options);
    if (running !== true) throw new Error(`QEMU says that it is ${String(status)}`);
  } catch (cause) {
    if (qmp.isClosed) throw cause;
    throw new ForkdError("machine_stuck", { id: name, why: (cause as Error).message }, { cause });
  }
}

/** As {@link resumeMachine}, but a failure leaves them standing still, also when QEMU is late to do what it was told. */
export async function resumeOrStop(qmp: QmpClient, name: string): Promise<void> {
  try {
    await resumeMachine(qmp, name);
  } catch (error) {
    qmp.execute("stop", {}, { signal: AbortSignal.timeout(RESUME_TIMEOUT_MS) }).catch(() => {});
    throw error;
  }
}

/** Whether the vCPUs run. */
export async function isRunning(qmp: QmpClient, options: CallOptions): Promise<boolean> {
  return (await queryStatus(qmp, options)).running === true;
}

async function queryStatus(qmp: QmpClient, options: CallOptions): Promise<Record<string, unknown>> {
  return (await qmp.execute("query-status", {}, options)) as Record<string, unknown>;
}
