import { constants } from "node:fs";
import { copyFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions } from "@forkd/core";
import { hasErrno } from "@forkd/posix";
import { MACHINE_FILES } from "../machine-files.ts";
import { descriptorPath, SAVED_STATE_FD } from "../argv/descriptors.ts";
import type { QmpClient } from "../qmp/client.ts";

/** Far more than the devices of a machine of ours have. */
const MAX_BYTES = 64 * 1024 * 1024;

interface SavedMachine {
  readonly directory: string;
  readonly qmp: QmpClient;
}

/**
 * Writes the state of CPUs and devices to a new file. QEMU can open none, so it writes to one that it has, in the
 * machine's directory.
 *
 * `live: false` keeps the disks as they are: QEMU would otherwise make them inactive, and fail an assertion when
 * the state of the same pause is saved twice. `stop` has flushed them already.
 */
export async function saveDeviceState(
  { directory, qmp }: SavedMachine,
  path: string,
  options: CallOptions,
): Promise<void> {
  const filename = descriptorPath(SAVED_STATE_FD);
  const saved = join(directory, MACHINE_FILES.savedState);
  await qmp.execute("xen-save-devices-state", { filename, live: false }, options);
  const { size } = await stat(saved);
  if (size > MAX_BYTES) throw new Error(`QEMU saved ${size} bytes of device state, more than ${MAX_BYTES}`);
  await copyNew(saved, path);
  await truncate(saved);
}

async function copyNew(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    if (!hasErrno(error, "EEXIST")) await rm(to, { force: true });
    throw error;
  }
}
