import type { RestoreSpec } from "@forkd/core";
import { DEVICE_STATE_FD } from "./descriptors.ts";
import { machineArgv } from "./machine-argv.ts";
import type { MachineModel } from "./machine-argv.ts";

/**
 * QEMU's arguments for a child: memory mapped copy-on-write, no kernel (it is in the memory already), device state
 * from an inherited descriptor, and vCPUs that wait for `cont`.
 */
export function restoreArgv(spec: RestoreSpec, model: MachineModel): string[] {
  return [...machineArgv(spec, model, "private"), "-S", "-incoming", `fd:${DEVICE_STATE_FD}`];
}
