import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { FoundMachine } from "../ports/machines.ts";
import type { ProcessName, VmmProcesses } from "../ports/processes.ts";

/** What its record says; of a damaged one, what can still be read. */
export function recordOf({ state }: FoundMachine): Partial<SandboxRecord> {
  return state.kind === "whole" ? state.record : state.kind === "damaged" ? state.known : {};
}

/** When it ends by itself; of a damaged record that is not believed. */
export function expiryOf({ state }: FoundMachine): number | null {
  return state.kind === "whole" ? state.record.expiresAtUnix : null;
}

/** Those of its noted names that a process has; the names are from two files, of which either may be damaged. */
export function listLivingNames(found: FoundMachine, processes: VmmProcesses): ProcessName[] {
  const { pid, startTicks } = recordOf(found);
  const recorded = pid === undefined || startTicks === undefined ? undefined : { pid, startTicks };
  return [recorded, found.process].filter(
    (name): name is ProcessName => name !== undefined && processes.isAlive(name),
  );
}

/** By its noted names, or else by the directory that it works in. */
export async function findProcesses(
  found: FoundMachine,
  processes: VmmProcesses,
): Promise<readonly ProcessName[]> {
  const named = listLivingNames(found, processes);
  if (named.length > 0) return named;
  return (await processes.list()).filter(({ directory }) => directory === found.directory.path);
}
