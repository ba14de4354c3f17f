import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { FoundMachine, MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName, VmmProcesses } from "../ports/processes.ts";
import { KeptRecord } from "./kept-record.ts";
import { SuspendedSandbox } from "./suspended-sandbox.ts";

/** What its record says; of a damaged one, what can still be read, here or beside what it may be resumed of. */
export function recordOf({ state, suspension }: FoundMachine): Partial<SandboxRecord> {
  if (state.kind === "whole") return state.record;
  return state.kind === "damaged" ? { ...suspension, ...state.known } : {};
}

/** The record of one that has no process, or none that is still its; undefined of one that is not suspended. */
export function suspendedRecordOf(
  { state, suspension, hasState }: FoundMachine,
  processes: readonly ProcessName[],
): SandboxRecord | undefined {
  if (state.kind !== "whole") return undefined;
  const { record } = state;
  const runs = processes.length > 0;
  // Without a state it runs on: its suspension was given up.
  if (record.suspended !== null) return runs && !hasState ? undefined : record;
  // A resume came as far as its record: its guest has not run since.
  return runs || !suspension ? undefined : { ...record, suspended: suspension.suspended, paused: false };
}

/** One that an earlier daemon left suspended; it is not resumed as long as one of these processes is left. */
export function openSuspended(
  record: SandboxRecord,
  directory: MachineDirectory,
  left: { readonly names: readonly ProcessName[]; readonly processes: VmmProcesses },
): SuspendedSandbox {
  const kept = new KeptRecord(record, (changed, durability) => directory.writeRecord(changed, durability));
  const findLingering = (): ProcessName | undefined =>
    left.names.find((name) => left.processes.isAlive(name));
  const endLingering = async (options: CallOptions): Promise<void> => {
    for (const name of left.names) if (left.processes.isAlive(name)) await left.processes.end(name, options);
  };
  return new SuspendedSandbox({ record: kept, directory, findLingering, endLingering });
}

/** When it ends by itself; of a damaged record that is not believed. */
export function expiryOf({ state }: FoundMachine): number | null {
  return state.kind === "whole" ? state.record.expiresAtUnix : null;
}

/** Those of its noted names that a process has; the names are from two files, of which either may be damaged. */
export function listLivingNames(found: FoundMachine, processes: VmmProcesses): ProcessName[] {
  const { pid, startTicks } = recordOf(found);
  const isKnown = found.isOfThisBoot && pid !== undefined && startTicks !== undefined;
  const recorded = isKnown ? { pid, startTicks } : undefined;
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
