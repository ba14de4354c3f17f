import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** The end of a process that is no child of ours has no event. */
const POLL_MS = 25;

/** A process of this host; its start time tells it from a later one with the same pid. */
export interface RunningProcess {
  readonly pid: number;
  readonly startTime: string;
}

/** The process with this pid, or undefined when there is none, or it has ended and is not reaped yet. */
export async function findProcess(pid: number): Promise<RunningProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in brackets, may have spaces and brackets of its own; state and start time are fields 3 and 22, proc(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return startTime === undefined || state === "Z" || state === "X" ? undefined : { pid, startTime };
}

/** Waits until the process is gone. Throws the signal's reason. */
export async function waitForExit(
  running: RunningProcess,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  while ((await findProcess(running.pid))?.startTime === running.startTime) {
    signal.throwIfAborted();
    await delay(POLL_MS);
  }
}
