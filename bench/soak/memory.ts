import { readFile } from "node:fs/promises";

const MIB = 1024;

/** What a process has in memory, in MiB: VmRSS of proc(5). */
export async function residentMib(pid: number): Promise<number> {
  return fieldOf(pid, "VmRSS");
}

/** The most that it ever had. */
export async function mostResidentMib(pid: number): Promise<number> {
  return fieldOf(pid, "VmHWM");
}

async function fieldOf(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kib = "0"] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  return Math.round(Number(kib) / MIB);
}
