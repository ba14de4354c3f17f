import { open, rm } from "node:fs/promises";
import type { CallOptions } from "@forkd/core";
import type { QmpClient } from "../qmp/client.ts";

/**
 * Writes the state of CPUs and devices to a new file.
 *
 * `live: false` keeps the disks as they are: QEMU would otherwise make them inactive, and fail an assertion when
 * the state of the same pause is saved twice. `stop` has flushed them already.
 */
export async function saveDeviceState(qmp: QmpClient, path: string, options: CallOptions): Promise<void> {
  await (await open(path, "wx", 0o600)).close();
  try {
    await qmp.execute("xen-save-devices-state", { filename: path, live: false }, options);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
