import { stat } from "node:fs/promises";

/**
 * Whether two paths lead to one file. Of a process that has other mounts than this one a path may have the same words
 * here and name something else; `/proc/PID/root`, and what else leads there, tells (proc_pid_root(5)).
 */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
