import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "@forkd/contract";
import type { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { findProcess } from "@forkd/posix";
import { MACHINE_FILES } from "./machine-files.ts";
import { readTail } from "./console-log.ts";
import { QemuMachine } from "./machine.ts";
import type { QemuMachineParts } from "./machine.ts";
import type { VmmProcess } from "./process/spawn-vmm.ts";
import { waitForChild } from "./process/vmm-exit.ts";
import { QmpClient } from "./qmp/client.ts";

const CONSOLE_LINES = 20;
const CONSOLE_BYTES = 32 * 1024;
const EXIT_GRACE_MS = 1000;

/** What failed, for the sentence of an error. */
export interface StartFailure {
  readonly why: string;
  readonly console: string[];
}

/** The steps that make a machine of a process, and the error of their failure. */
export interface BringUp {
  readonly run: (machine: QemuMachine) => Promise<void>;
  readonly explain: (failure: StartFailure, cause: unknown) => ForkdError;
}

/** The machine of a process that was just started. It does not keep us alive. */
export function machineOf(
  { child, pid, monitor }: VmmProcess,
  { directory, memoryPath }: Pick<QemuMachineParts, "directory" | "memoryPath">,
): QemuMachine {
  const ended = waitForChild(child);
  child.unref();
  const process = findProcess(pid) ?? { pid, startTicks: "" };
  return new QemuMachine({ process, directory, memoryPath, qmp: new QmpClient(monitor), ended });
}

/**
 * Runs `run` on a new machine. When that fails, the machine is ended, and the error is made of what QEMU and the guest
 * said last; a cancellation stays what it is.
 */
export async function bringUp(
  machine: QemuMachine,
  { signal }: CallOptions,
  { run, explain }: BringUp,
): Promise<QemuMachine> {
  try {
    await run(machine);
    return machine;
  } catch (error) {
    const hadEnded = machine.qmp.isClosed && (await endsByItself(machine));
    const exit = await machine.kill();
    if (signal.aborted) throw error;
    const console = await readTail(
      join(machine.directory, MACHINE_FILES.console),
      CONSOLE_LINES,
      CONSOLE_BYTES,
    );
    throw explain({ why: hadEnded ? exit.why : reasonOf(error), console }, error);
  }
}

/** A monitor that closed belongs to a QEMU that is ending: its own reason is worth a moment. */
function endsByItself(machine: QemuMachine): Promise<boolean> {
  return Promise.race([machine.exited.then(() => true), delay(EXIT_GRACE_MS, false)]);
}
