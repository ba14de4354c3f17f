import { readFile, statfs } from "node:fs/promises";
import type { HostRoom } from "@forkd/core";

const KIB = 1024;

/** What is left of memory, by `MemAvailable` of proc_meminfo(5), and of the disk that has this directory. */
export async function readHostRoom(diskPath: string): Promise<HostRoom> {
  const [memory, disk] = await Promise.all([readFile("/proc/meminfo", "utf8"), statfs(diskPath)]);
  const [, availableKib] = /^MemAvailable:\s+(\d+) kB$/m.exec(memory) ?? [];
  return {
    memoryBytes: availableKib === undefined ? Infinity : Number(availableKib) * KIB,
    diskPath,
    diskBytes: disk.bavail * disk.bsize,
  };
}
