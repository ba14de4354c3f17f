import { readFile } from "node:fs/promises";

/** What a process has used of the CPUs, and of the memory that it holds now. */
export interface ProcessUsage {
  /** In user mode and in the kernel, of all its threads. */
  readonly cpuMs: number;
  /** Pages that no other process maps. */
  readonly privateBytes: number;
  readonly sharedBytes: number;
}

/** proc(5) counts in hundredths of a second for programs, whatever the kernel's own ticks are. */
const MS_PER_TICK = 10;
const KIB = 1024;

/**
 * Reads `/proc/<pid>/stat` and `smaps_rollup`. The latter has the kernel walk the process's page tables, which takes it
 * about a millisecond for each 100 MiB. Throws `ENOENT` or `ESRCH` when there is no such process.
 */
export async function readProcessUsage(pid: number): Promise<ProcessUsage> {
  const [stat, rollup] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "latin1"),
    readFile(`/proc/${pid}/smaps_rollup`, "latin1"),
  ]);
  return parseProcessUsage(stat, rollup);
}

export function parseProcessUsage(stat: string, rollup: string): ProcessUsage {
  // The name of the program, between the first and the last parenthesis, may contain anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
    privateBytes: sumOf(rollup, /^Private_\w+: +(\d+) kB$/gm),
    sharedBytes: sumOf(rollup, /^Shared_\w+: +(\d+) kB$/gm),
  };
}

function sumOf(rollup: string, pattern: RegExp): number {
  return Array.from(rollup.matchAll(pattern), ([, kib]) => Number(kib) * KIB).reduce((sum, n) => sum + n, 0);
}
