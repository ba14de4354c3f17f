import { readFileSync } from "node:fs";

/** What a process has in memory that no other shares, in MiB. */
export function readPrivateMib(pid: number): number {
  return sumPrivate(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
}

/** The part of it that is in a VMM's mapping of its snapshot's memory file. */
export function readPrivateGuestMib(pid: number): number {
  const mappings = readFileSync(`/proc/${pid}/smaps`, "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return sumPrivate(mappings.filter((mapping) => /\/memory\n/.test(mapping)).join(""));
}

/** Private pages in MiB, by proc_pid_smaps(5). */
function sumPrivate(smaps: string): number {
  const kib = [...smaps.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].map(([, value]) =>
    Number(value),
  );
  return kib.reduce((sum, value) => sum + value, 0) / 1024;
}
