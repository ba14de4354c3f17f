import { open } from "node:fs/promises";
import { ForkdError, isDiskFull } from "@forkd/contract";
import type { CallOptions, RestoreSpec } from "@forkd/core";
import type { Accelerator } from "./argv/machine-type.ts";
import { restoreArgv } from "./argv/restore-argv.ts";
import { assertMemoryFile, createMachineFiles } from "./machine-files.ts";
import type { QemuMachine } from "./machine.ts";
import { spawnVmm } from "./process/spawn-vmm.ts";
import type { VmmProcess } from "./process/spawn-vmm.ts";
import { bringUp, reasonOf } from "./start-machine.ts";
import type { StartFailure } from "./start-machine.ts";

/** Restores a child. Throws `restore_failed`, `cancelled`, `requirement_missing`, `out_of_resources`. */
export async function restoreMachine(
  qemuPath: string,
  spec: RestoreSpec,
  accelerator: Accelerator,
  options: CallOptions,
): Promise<QemuMachine> {
  const explain = (failure: StartFailure, cause: unknown) =>
    new ForkdError("restore_failed", { tag: spec.name, ...failure }, { cause });
  await Promise.all([assertMemoryFile(spec), createMachineFiles(spec)]).catch((error: unknown) => {
    if (isDiskFull(error)) throw error;
    throw explain({ why: reasonOf(error), console: [] }, error);
  });
  const vmm = await spawnWithState(qemuPath, spec, restoreArgv(spec, accelerator));
  return bringUp(vmm, spec.directory, options, {
    run: (machine) => runWhenReady(machine, spec, options),
    explain,
  });
}

async function spawnWithState(
  qemuPath: string,
  spec: RestoreSpec,
  argv: readonly string[],
): Promise<VmmProcess> {
  await using state = await open(spec.deviceStatePath, "r");
  return await spawnVmm(qemuPath, argv, { directory: spec.directory, deviceStateFd: state.fd });
}

/**
 * `cont` can be sent at any time: while the device state is still being read it only notes that the vCPUs are to run
 * afterwards, and RESUME comes when they do. So limits are put in force while QEMU links and sets up, and no answer
 * is waited for but the last.
 */
async function runWhenReady(
  { qmp, pid }: QemuMachine,
  spec: RestoreSpec,
  options: CallOptions,
): Promise<void> {
  await spec.onSpawn?.(pid);
  await Promise.all([qmp.waitForEvent("RESUME", options), qmp.execute("cont", {}, options)]);
}
