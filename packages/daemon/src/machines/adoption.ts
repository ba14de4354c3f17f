import { Sandbox } from "@forkd/core";
import type { Engine, LimitProvider, MachineDirectories, SandboxRegistry } from "@forkd/core";
import type { GuestConnector, MachineLogs } from "@forkd/core";
import type { Logger } from "pino";
import { endOrphans } from "./orphans.ts";

export interface AdoptionPorts {
  readonly engine: Engine;
  readonly connector: GuestConnector;
  readonly limits: LimitProvider;
  readonly machines: MachineDirectories;
  readonly logs: MachineLogs;
  readonly registry: SandboxRegistry;
  readonly log: Logger;
}

/**
 * After a restart: takes over the machines that still run, ends what was half-made, and frees what the dead
 * left. `directories` are those in which a daemon works.
 */
export async function adoptMachines(
  ports: AdoptionPorts,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const adopted = new Set<number>();
  for (const { directory, record } of await ports.machines.list()) {
    const machine = record && (await adoptMachine(ports, directory.path, record, signal));
    if (!record || !machine) {
      await endOrphans([directory.path], adopted);
      await directory[Symbol.asyncDispose]();
      ports.log.info({ directory: directory.path }, "machine.discarded");
      continue;
    }
    const group = await ports.limits.adoptGroup(record.id);
    ports.registry.add(new Sandbox(record, { machine, directory, group, agent: undefined }, ports));
    adopted.add(machine.pid);
    ports.log.info({ id: record.id, pid: machine.pid }, "machine.adopted");
  }
  const ended = await endOrphans(directories, adopted);
  if (ended.length > 0) ports.log.warn({ pids: ended }, "orphans.ended");
  await ports.limits.removeStale(new Set(ports.registry.list().map(({ record }) => record.id)));
}

async function adoptMachine(
  { engine, log }: AdoptionPorts,
  directory: string,
  { pid, startTicks }: { pid: number; startTicks: string },
  signal: AbortSignal,
): ReturnType<Engine["adopt"]> {
  try {
    return await engine.adopt({ pid, startTicks, directory }, { signal });
  } catch (err) {
    log.warn({ err, directory, pid }, "machine.unadoptable");
    return undefined;
  }
}
