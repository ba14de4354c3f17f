import { setTimeout as delay } from "node:timers/promises";
import { hasErrno } from "../errno.ts";
import { isProcessAlive } from "./process-stat.ts";
import type { ProcessName } from "./process-stat.ts";

const CHECK_INTERVAL_MS = 20;

/** SIGKILL to a process, if it is still that process. */
export function killProcess(name: ProcessName): void {
  if (isProcessAlive(name)) sendKill(name.pid);
}

/** SIGKILL to the group that a process leads, if it is still that process. */
export function killGroup(leader: ProcessName): void {
  if (isProcessAlive(leader)) sendKill(-leader.pid);
}

/** SIGKILL to what is left of a group, whose number is its own for as long as one of it lives: the caller knows one does. */
export function killRestOfGroup(pid: number): void {
  sendKill(-pid);
}

/**
 * Settles when a process has ended, also one that is not our child: a look at `/proc` now and then, since the kernel
 * tells nobody but the parent. After `timeoutMs` it settles as well. Gives whether the process has ended. Without `ref`
 * our own process may end meanwhile, as when there is nothing but ends to be told of.
 */
export async function waitUntilGone(
  name: ProcessName,
  { timeoutMs = Infinity, ref = true } = {},
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isProcessAlive(name)) {
    if (performance.now() > deadline) return false;
    await delay(CHECK_INTERVAL_MS, undefined, { ref });
  }
  return true;
}

function sendKill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch (error) {
    if (!hasErrno(error, "ESRCH")) throw error;
  }
}
