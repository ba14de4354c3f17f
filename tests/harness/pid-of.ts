import type { Sandbox } from "@forkd/sdk";

/** The pid of a machine that has a process. The number 0 would mean the tests themselves. */
export function pidOf(machine: Sandbox | undefined): number {
  const pid = machine?.info.pid;
  if (typeof pid !== "number") throw new Error(`${machine?.id ?? "a machine"} has no process`);
  return pid;
}
