import { join } from "node:path";
import { throwIfAborted, withTimeout } from "@forkd/core";
import type { CallOptions, ProcessName } from "@forkd/core";
import { readBootId } from "@forkd/posix";
import type { Services } from "../services.ts";
import { createMachineDirectories } from "./directories.ts";
import { endOrphans } from "./orphans.ts";
import type { DeadMachine, Leftovers } from "./adopt-machines.ts";

const END_TIMEOUT_MS = 10_000;

/** Undoes what an earlier daemon left half-done. The machines that live on are not touched. */
export async function recover(services: Services, leftovers: Leftovers, options: CallOptions): Promise<void> {
  const { config, log, registry, limits, networks, snapshots } = services;
  const stage = "undoing what an earlier daemon left";
  await Promise.all(leftovers.strays.map((name) => endStray(services, name, options)));
  const removed = await Promise.all(leftovers.machines.map((machine) => remove(services, machine, options)));
  // Else the children of such a fork would be adopted by the next daemon.
  if (removed.every(Boolean)) await leftovers.unanswered.forget();
  throwIfAborted(options.signal, stage);
  const work = ["zygotes", "drafts"].map((name) => join(config.dataDir, name));
  const ended = await endOrphans(services.processes, [...work, join(config.cacheDir, "tmp")], new Set());
  if (ended.length > 0) log.warn({ pids: ended }, "orphans.ended");
  const zygotes = await createMachineDirectories({
    root: join(config.dataDir, "zygotes"),
    bootId: await readBootId(),
  }).list();
  await Promise.all(zygotes.map(({ directory }) => directory[Symbol.asyncDispose]()));
  const known = new Set(registry.describe().map(({ id }) => id));
  await limits.removeStale(known).catch((err: unknown) => log.error({ err }, "limits.not_recovered"));
  await networks.removeStale(known).catch((err: unknown) => log.error({ err }, "networks.not_recovered"));
  throwIfAborted(options.signal, stage);
  const { removed: paths } = await snapshots.recover();
  if (paths.length > 0) log.warn({ removed: paths }, "store.recovered");
  const ids = new Set(leftovers.machines.map(({ snapshotId }) => snapshotId));
  for (const id of ids) if (id !== undefined) await snapshots.release(id);
}

/** One that does not end keeps its own machine alone from being resumed. */
async function endStray(
  { processes, log }: Pick<Services, "processes" | "log">,
  name: ProcessName,
  { signal }: CallOptions,
): Promise<void> {
  try {
    await processes.end(name, { signal: withTimeout(signal, END_TIMEOUT_MS) });
  } catch (err) {
    log.error({ err, pid: name.pid }, "stray.not_ended");
  }
}

/** One whose process does not end is left to the next daemon. */
async function remove(
  { processes, log }: Services,
  { directory, processes: names }: DeadMachine,
  { signal }: CallOptions,
): Promise<boolean> {
  try {
    const options = { signal: withTimeout(signal, END_TIMEOUT_MS) };
    for (const name of names) await processes.end(name, options);
    await directory[Symbol.asyncDispose]();
    log.info({ directory: directory.path }, "machine.undone");
    return true;
  } catch (err) {
    log.error({ err, directory: directory.path }, "machine.not_undone");
    return false;
  }
}
