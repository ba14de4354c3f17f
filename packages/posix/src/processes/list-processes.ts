import { readdir, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { isSameFile } from "../files/same-file.ts";

/** The kernel writes it behind a path that is no longer there, proc_pid_cwd(5). */
const DELETED = / \(deleted\)$/;

/** The pids of all processes that this one can see. */
export async function listPids(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * The path of a process's working directory or output. Empty when it is gone, not ours to look at, or of other mounts,
 * whose paths are none here: a container's daemon may have its directories where this host's has them.
 */
export async function readProcessPath(pid: number, link: "cwd" | "fd/1"): Promise<string> {
  const path = await readProcessLink(pid, link);
  if (DELETED.test(path)) return path.replace(DELETED, "");
  return path !== "" && (await isSameFile(`/proc/${pid}/${link}`, path)) ? path : "";
}

/** The name of the file that a process runs, wherever it is; empty when it is gone, or not ours to look at. */
export async function readProgramName(pid: number): Promise<string> {
  return basename((await readProcessLink(pid, "exe")).replace(DELETED, ""));
}

function readProcessLink(pid: number, link: string): Promise<string> {
  return readlink(`/proc/${pid}/${link}`).catch(() => "");
}
