import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { isProcessAlive } from "./process-table.ts";
import type { ProcessName } from "./process-table.ts";

/** How a process ended; nulls when only its parent could tell. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

const CHECK_INTERVAL_MS = 20;

/** Settles when a child of ours has ended. */
export async function waitForChild(child: ChildProcess): Promise<ProcessEnd> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode };
}

/**
 * Settles when a process that is not our child has ended. Its monitor's end announces that; the rest is a look at
 * `/proc`, since the kernel tells nobody but the parent.
 */
export async function waitForProcess(name: ProcessName, monitorClosed: Promise<void>): Promise<ProcessEnd> {
  await monitorClosed;
  while (isProcessAlive(name)) await delay(CHECK_INTERVAL_MS, undefined, { ref: false });
  return { code: null, signal: null };
}
