import type { RestoreSpec } from "@forkd/core";
import { DEVICE_STATE_FD, machineArgv } from "./machine-argv.ts";
import type { Accelerator } from "./machine-type.ts";

/**
 * QEMU's arguments for a child: memory mapped copy-on-write, no kernel (it is in the memory already), device state
 * from an inherited descriptor, and vCPUs that wait for `cont`.
 */
export function restoreArgv(spec: RestoreSpec, accelerator: Accelerator): string[] {
  return [...machineArgv(spec, accelerator, "private"), "-S", "-incoming", `fd:${DEVICE_STATE_FD}`];
}
