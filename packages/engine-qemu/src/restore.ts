import { open } from "node:fs/promises";
import { ForkdError, isDiskFull, reasonOf } from "@forkd/contract";
import type { CallOptions, RestoreSpec, ZygoteSpec } from "@forkd/core";
import { listDiskFiles } from "./argv/block-nodes.ts";
import type { MachineModel } from "./argv/machine-argv.ts";
import { restoreArgv } from "./argv/restore-argv.ts";
import { assertMemoryFile, createMachineFiles } from "./machine-files.ts";
import type { QemuMachine } from "./machine.ts";
import { launchVmm } from "./process/launch.ts";
import type { Launcher } from "./process/launch.ts";
import type { VmmProcess } from "./process/spawn-vmm.ts";
import { bringUp, machineOf } from "./start-machine.ts";
import type { StartFailure } from "./start-machine.ts";

/** Which QEMU restores a machine, and how. */
export interface RestoreBy {
  readonly launcher: Launcher;
  readonly model: MachineModel;
  /** Given for a machine that is to be copied. */
  readonly zygoteLibrary?: string;
  /** What its card is connected to, in the launcher's words. */
  readonly card: string | undefined;
}

/** A restored machine, with the control socket of one that can be copied. */
export interface Restored {
  readonly machine: QemuMachine;
  readonly control: VmmProcess["control"];
}

/**
 * Restores a machine. Throws `snapshot_incompatible`, `restore_failed`, `cancelled`, `requirement_missing`,
 * `out_of_resources`.
 */
export async function restoreMachine(
  by: RestoreBy,
  spec: ZygoteSpec,
  options: CallOptions,
): Promise<Restored> {
  const explain = explainRestore(spec);
  const argv = restoreArgv(spec, by.model);
  await prepareFiles(spec, createMachineFiles(spec));
  const vmm = await spawnWithState(by, spec, argv);
  const machine = await bringUp(machineOf(vmm, spec), options, {
    run: (restored) => runWhenReady(restored, spec, options),
    explain,
  });
  return { machine, control: vmm.control };
}

/** Waits for the files of a machine, and looks at its memory. Throws `restore_failed`, and that the disk is full. */
export async function prepareFiles(spec: ZygoteSpec, preparation: Promise<void>): Promise<void> {
  await Promise.all([assertMemoryFile(spec), preparation]).catch((error: unknown) => {
    if (isDiskFull(error)) throw error;
    throw explainRestore(spec)({ why: reasonOf(error), console: [] }, error);
  });
}

/** The error of a machine that did not come up, with what it said last. */
export function explainRestore({ name }: Pick<RestoreSpec, "name">) {
  return (failure: StartFailure, cause: unknown): ForkdError =>
    new ForkdError("restore_failed", { tag: name, ...failure }, { cause });
}

/** Starts QEMU with the device state at hand. */
export async function spawnWithState(
  { launcher, zygoteLibrary, card }: RestoreBy,
  spec: ZygoteSpec,
  argv: readonly string[],
): Promise<VmmProcess> {
  await using state = await open(spec.deviceStatePath, "r");
  return await launchVmm(launcher, argv, {
    directory: spec.directory,
    memoryPath: spec.memoryPath,
    memory: "private",
    files: listDiskFiles(spec.disk),
    card,
    deviceStateFd: state.fd,
    ...(zygoteLibrary !== undefined && { zygoteLibrary }),
  });
}

/**
 * `cont` can be sent at any time: while the device state is still being read it only notes that the vCPUs are to run
 * afterwards, and RESUME comes when they do. So limits are put in force while QEMU links and sets up, and no answer
 * is waited for but the last.
 */
export async function runWhenReady(
  { qmp, pid }: QemuMachine,
  { onSpawn }: Pick<RestoreSpec, "onSpawn">,
  options: CallOptions,
): Promise<void> {
  await onSpawn?.(pid);
  await Promise.all([qmp.waitForEvent("RESUME", options), qmp.execute("cont", {}, options)]);
}
