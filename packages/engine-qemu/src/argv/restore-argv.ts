import { DEVICE_STATE_FD } from "./descriptors.ts";
import { machineArgv } from "./machine-argv.ts";
import type { MachineModel } from "./machine-argv.ts";
import type { MachineShape } from "./machine-shape.ts";

/**
 * QEMU's arguments for a child: memory mapped copy-on-write, no kernel (it is in the memory already), device state
 * from an inherited descriptor, and vCPUs that wait for `cont`.
 */
export function restoreArgv(spec: MachineShape, model: MachineModel): string[] {
  return [...machineArgv(spec, model, "private"), "-S", "-incoming", DEVICE_STATE];
}

/** The same, but the device state is read when it is told to: devices look into memory as they are restored. */
export function reviveArgv(spec: MachineShape, model: MachineModel): string[] {
  return [...machineArgv(spec, model, "private"), "-S", "-incoming", "defer"];
}

/** Where the device state is, as QEMU names it. */
export const DEVICE_STATE = `fd:${DEVICE_STATE_FD}`;
