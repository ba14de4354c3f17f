import { join } from "node:path";
import type { MachineLogs } from "@forkd/core";
import { readTail, trimLog } from "./console-log.ts";
import { MACHINE_FILES } from "./machine-files.ts";

const TAIL_BYTES = 16_384;
const NAMES = { console: MACHINE_FILES.console, vmm: MACHINE_FILES.vmmLog } as const;

/** What machines of QEMU said. */
export const qemuLogs: MachineLogs = {
  names: NAMES,
  tail: (directory, source, lines) => readTail(join(directory, NAMES[source]), lines, TAIL_BYTES),
  async trim(directory) {
    for (const name of Object.values(NAMES)) await trimLog(join(directory, name));
  },
};
