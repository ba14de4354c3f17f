import { setTimeout as delay } from "node:timers/promises";
import { isRunning } from "./kept-daemon.ts";
import { isVmmBelow, isZygote, listProcesses } from "./processes.ts";

const LOOK_AGAIN_MS = 200;
const LOOKS = 25;

const directories = new Set<string>();
const daemons = new Set<number>();
let isDaemonKept = false;

/** Notes that the tests of this file run machines in or below a directory of their own. */
export function noteDirectory(path: string): void {
  directories.add(path);
}

/** Notes that the tests of this file use a daemon, and are to end it. */
export function noteDaemon(pid: number): void {
  daemons.add(pid);
  isDaemonKept = false;
}

/** Notes that a daemon goes on with the next file, and so do its zygotes. */
export function forgetDaemon(pid: number): void {
  daemons.delete(pid);
  isDaemonKept = true;
}

/** Ends the processes that were noted, and every machine in the directories; gives how many there were. */
export async function endWhatIsLeft(): Promise<number> {
  const ended = new Set<number>();
  for (const pid of daemons) if (isRunning(pid)) end(pid, ended);
  for (let look = 0; look < LOOKS; look++) {
    const left = findMachinesLeft();
    if (left.length === 0) break;
    for (const pid of left) end(pid, ended);
    // What was under way may start another one, and an end takes its time.
    await delay(LOOK_AGAIN_MS);
  }
  return ended.size;
}

function findMachinesLeft(): number[] {
  return listProcesses()
    .filter((process) => [...directories].some((directory) => isVmmBelow(process, directory)))
    .filter((process) => !(isDaemonKept && isZygote(process)))
    .map(({ pid }) => pid);
}

function end(pid: number, ended: Set<number>): void {
  try {
    process.kill(pid, "SIGKILL");
    ended.add(pid);
  } catch {
    // It has ended by itself meanwhile.
  }
}
