import { basename, dirname } from "node:path";
import { SANDBOX_ID_PATTERN } from "@forkd/contract";
import type { SandboxId, SnapshotId } from "@forkd/contract";
import { openSuspended, suspendedRecordOf, UnadoptedMachine } from "@forkd/core";
import type { FoundMachine, MachineDirectory, ProcessName, WorkingVmm } from "@forkd/core";
import type { Services } from "../services.ts";
import type { UnansweredForks } from "./fork-journal.ts";

type Ports = Pick<
  Services,
  | "engine"
  | "processes"
  | "machines"
  | "limits"
  | "networks"
  | "connector"
  | "logs"
  | "registry"
  | "forkJournal"
>;

/** A machine that is half-made, of an unanswered fork, or dead. Its processes, if any, are to be ended first. */
export interface DeadMachine {
  readonly directory: MachineDirectory;
  readonly processes: readonly ProcessName[];
  readonly snapshotId: SnapshotId | undefined;
}

/** What an earlier daemon left that is not to live. */
export interface Leftovers {
  readonly machines: readonly DeadMachine[];
  /** Processes of machines that are suspended, which never ran or will not run again. */
  readonly strays: readonly ProcessName[];
  readonly unanswered: UnansweredForks;
}

/**
 * Looks at what an earlier daemon left, which takes a moment, and begins to take over every machine that was ever
 * ready and runs; those that are suspended are ours at once. Ends and removes nothing.
 */
export async function adoptMachines(ports: Ports): Promise<Leftovers> {
  const [found, unanswered, vmms] = await Promise.all([
    ports.machines.list(),
    ports.forkJournal.listUnanswered(),
    ports.processes.list(),
  ]);
  const dead: DeadMachine[] = [];
  const strays: ProcessName[] = [];
  for (const machine of [...found, ...(await findLost(ports, found, vmms))]) {
    const processes = listProcesses(ports, machine, vmms);
    const wasReady = machine.state.kind !== "none" && !unanswered.children.has(machine.id);
    const suspended = suspendedRecordOf(machine, processes);
    if (wasReady && suspended) {
      const left = { names: processes, processes: ports.processes };
      ports.registry.addSuspended(openSuspended(suspended, machine.directory, left));
      strays.push(...processes);
    } else if (wasReady && (processes.length > 0 || mayBeSuspended(machine)))
      ports.registry.addUnadopted(new UnadoptedMachine(machine, ports));
    else {
      const snapshotId = machine.state.kind === "whole" ? machine.state.record.snapshotId : undefined;
      dead.push({ directory: machine.directory, processes, snapshotId });
    }
  }
  return { machines: dead, strays, unanswered };
}

/** Its record would say, if it could be read. Until it can, nothing of it is removed. */
function mayBeSuspended({ state, hasState }: FoundMachine): boolean {
  return state.kind === "damaged" && hasState;
}

/** Machines that run although their directory was removed: nobody else could find them again. */
async function findLost(
  { machines }: Ports,
  found: readonly FoundMachine[],
  vmms: readonly WorkingVmm[],
): Promise<FoundMachine[]> {
  const known = new Set<string>(found.map(({ id }) => id));
  const lost = vmms.filter(
    ({ directory }) =>
      dirname(directory) === machines.root &&
      SANDBOX_ID_PATTERN.test(basename(directory)) &&
      !known.has(basename(directory)),
  );
  return Promise.all(
    lost.map(async ({ directory, pid, startTicks }) => ({
      ...(await machines.find(basename(directory) as SandboxId)),
      process: { pid, startTicks },
      state: { kind: "damaged" as const, why: "its directory was removed", known: {} },
    })),
  );
}

/** By its record, by the note beside it, and by the directory that a process works in: each may be damaged. */
function listProcesses(
  { processes }: Ports,
  { state, isOfThisBoot, process, directory }: FoundMachine,
  vmms: readonly WorkingVmm[],
): ProcessName[] {
  const recorded = state.kind === "whole" && isOfThisBoot ? [state.record] : [];
  const noted = process ? [process] : [];
  const names = [...recorded, ...noted].filter((name) => processes.isAlive(name));
  return [...names, ...vmms.filter((vmm) => vmm.directory === directory.path)];
}
