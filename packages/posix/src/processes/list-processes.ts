import { readdir, readlink } from "node:fs/promises";

/** The kernel writes it behind a path that is no longer there, proc_pid_cwd(5). */
const DELETED = / \(deleted\)$/;

/** The pids of all processes that this one can see. */
export async function listPids(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * The path of a process's program, working directory or output. Empty when it is gone, not ours to look at, or in a
 * root of its own, whose paths are none here.
 */
export async function readProcessLink(pid: number, link: "exe" | "cwd" | "fd/1"): Promise<string> {
  const path = await readlink(`/proc/${pid}/${link}`).catch(() => "");
  return path.replace(DELETED, "");
}
