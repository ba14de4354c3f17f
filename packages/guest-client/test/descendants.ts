import { readFileSync, readdirSync } from "node:fs";

/** The processes that one has started, and those that these have. */
export function listDescendants(pid: number): number[] {
  const children = Map.groupBy(readPids(), parentOf);
  const list = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...list(child)]);
  return list(pid);
}

const readPids = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Behind the name of the program, which may hold anything, proc(5). Of one that has ended meanwhile there is none. */
function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = /.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}
