import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { waitUntilGone } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";

/** How a process ended; nulls when only its parent could tell. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Settles when a child of ours has ended. */
export async function waitForChild(child: ChildProcess): Promise<ProcessEnd> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode };
}

/** Settles when a process that is not our child has ended, which its monitor's end announces. */
export async function waitForProcess(name: ProcessName, monitorClosed: Promise<void>): Promise<ProcessEnd> {
  await monitorClosed;
  await waitUntilGone(name, { ref: false });
  return { code: null, signal: null };
}
