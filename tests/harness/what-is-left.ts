import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isProcessAlive } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { isVmmBelow, listProcesses } from "./processes.ts";

const LOOK_AGAIN_MS = 200;
const LOOKS = 25;
/** How long what is under way in a daemon that goes on may take to be undone. */
const GRACE_LOOKS = 15;

const directories = new Set<string>();
const daemons = new Set<ProcessName>();
/** Where the daemon works that goes on with the next file. */
let keptDirectory: string | undefined;

/** Notes that the tests of this file run machines in or below a directory of their own. */
export function noteDirectory(path: string): void {
  directories.add(path);
}

/** Notes that the tests of this file use a daemon, and are to end it. */
export function noteDaemon(daemon: ProcessName): void {
  daemons.add(daemon);
  keptDirectory = undefined;
}

/** Notes that a daemon goes on with the next file, and so do its zygotes. */
export function leaveDaemon(daemon: ProcessName, dataDir: string): void {
  daemons.delete(daemon);
  keptDirectory = dataDir;
}

/** Ends the processes that were noted, and every machine in the directories; gives how many there were. */
export async function endWhatIsLeft(): Promise<number> {
  const ended = new Set<number>();
  for (const daemon of daemons) if (isProcessAlive(daemon)) end(daemon.pid, ended);
  if (keptDirectory !== undefined) await untilNoneIsLeft();
  for (let look = 0; look < LOOKS; look++) {
    const left = findMachinesLeft();
    if (left.length === 0) break;
    for (const pid of left) end(pid, ended);
    // What was under way may start another one, and an end takes its time.
    await delay(LOOK_AGAIN_MS);
  }
  return ended.size;
}

async function untilNoneIsLeft(): Promise<void> {
  for (let look = 0; look < GRACE_LOOKS && findMachinesLeft().length > 0; look++) await delay(LOOK_AGAIN_MS);
}

function findMachinesLeft(): number[] {
  return listProcesses()
    .filter((process) => [...directories].some((directory) => isVmmBelow(process, directory)))
    .filter((process) => keptDirectory === undefined || !isVmmBelow(process, join(keptDirectory, "zygotes")))
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
