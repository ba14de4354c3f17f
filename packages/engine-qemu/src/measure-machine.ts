import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { MachineUsage } from "@forkd/core";
import { allocatedBytes, readProcessUsage } from "@forkd/posix";
import { MACHINE_FILES } from "./machine-files.ts";

/** What the kernel counts of a machine's process, and its overlay. Throws when it is gone. */
export async function measureMachine({
  pid,
  directory,
}: {
  readonly pid: number;
  readonly directory: string;
}): Promise<MachineUsage> {
  const [usage, overlay] = await Promise.all([
    readProcessUsage(pid),
    stat(join(directory, MACHINE_FILES.overlay)),
  ]);
  return { ...usage, diskBytes: allocatedBytes(overlay) };
}
