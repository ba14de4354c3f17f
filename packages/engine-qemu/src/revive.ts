import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions, ReviveSpec } from "@forkd/core";
import { DEVICE_STATE, reviveArgv } from "./argv/restore-argv.ts";
import { clearMachineFiles } from "./machine-files.ts";
import type { QemuMachine } from "./machine.ts";
import type { QmpClient } from "./qmp/client.ts";
import { explainRestore, prepareFiles, spawnWithState } from "./restore.ts";
import type { RestoreBy } from "./restore.ts";
import { bringUp, machineOf } from "./start-machine.ts";
import { writeLayer } from "./write-layer.ts";

const POLL_MS = 1;

/**
 * Starts a machine that goes on where it was saved, on the disk that it had; its vCPUs stand still. Throws as a restore
 * does.
 */
export async function reviveMachine(
  by: RestoreBy,
  spec: ReviveSpec,
  options: CallOptions,
): Promise<QemuMachine> {
  await prepareFiles(spec, clearMachineFiles(spec.directory));
  const vmm = await spawnWithState(by, spec, reviveArgv(spec, by.model));
  return await bringUp(machineOf(vmm, spec), options, {
    run: (machine) => loadState(machine, spec, options),
    explain: explainRestore(spec),
  });
}

/** Memory first: devices look into it while they are restored. */
async function loadState({ qmp, pid }: QemuMachine, spec: ReviveSpec, options: CallOptions): Promise<void> {
  await spec.onSpawn?.(pid);
  // Once it answers, its memory is mapped.
  await qmp.execute("query-status", {}, options);
  await writeLayer(pid, spec, options);
  await qmp.execute("migrate-incoming", { uri: DEVICE_STATE }, options);
  while (!(await isLoaded(qmp, options))) await delay(POLL_MS);
}

/** A QEMU that cannot read the state ends by itself. */
async function isLoaded(qmp: QmpClient, options: CallOptions): Promise<boolean> {
  const { status } = (await qmp.execute("query-migrate", {}, options)) as { status?: unknown };
  if (status === "failed") throw new Error("QEMU cannot read the state of its devices");
  return status === "completed";
}
