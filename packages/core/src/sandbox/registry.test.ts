import { createSandboxId } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { EventStream } from "../events/event-stream.ts";
import type { Machine, MachineExit } from "../ports/engine.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { FoundMachine, KeptState, MachineDirectory } from "../ports/machines.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { KeptRecord } from "./kept-record.ts";
import { SandboxRegistry } from "./registry.ts";
import type { RegistryOptions } from "./registry.ts";
import { Sandbox } from "./sandbox.ts";
import { SuspendedSandbox } from "./suspended-sandbox.ts";
import { UnadoptedMachine } from "./unadopted-machine.ts";
import type { AdoptionPorts } from "./unadopted-machine.ts";
import { NO_GROUP } from "../../test/no-group.ts";

const DAY_MS = 86_400_000;

const done = (): Promise<void> => Promise.resolve();

/** One that ends what its time is over of. */
function createRegistry(options: Partial<RegistryOptions> = {}): SandboxRegistry {
  const registry: SandboxRegistry = new SandboxRegistry({
    events: new EventStream(),
    onTime: ({ id }) => registry.remove(id),
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  return registry;
}

/** A sandbox of a process that is not there. */
function createSandbox(
  expiresAtUnix: number | null,
  exit = Promise.withResolvers<MachineExit>(),
  keepLogsOnly = done,
  name: string | null = null,
): Sandbox {
  const kill = (): Promise<MachineExit> => {
    exit.resolve({ why: "it was ended" } as MachineExit);
    return exit.promise;
  };
  const machine = { exited: exit.promise, kill } as unknown as Machine;
  const directory: MachineDirectory = {
    path: "/",
    state: {} as KeptState,
    writeRecord: done,
    keepLogsOnly,
    [Symbol.asyncDispose]: done,
  };
  const ports = { logs: { tail: () => Promise.resolve([]) } } as unknown as AgentLinkPorts;
  const record = {
    id: createSandboxId(),
    name,
    expiresAtUnix,
    idleTimeoutSecs: null,
    suspended: null,
  } as SandboxRecord;
  return new Sandbox(
    new KeptRecord(record, done),
    { machine, directory, group: NO_GROUP, agent: undefined },
    ports,
  );
}

test.each([1, 25, 60])(
  "a sandbox with a time to live of %i days lives that long, and ends then",
  async (days) => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const registry = createRegistry();
    const sandbox = createSandbox((days * DAY_MS) / 1000);
    registry.add(sandbox);
    await vi.advanceTimersByTimeAsync(days * DAY_MS - 1);
    expect(registry.list()).toEqual([sandbox]);
    await vi.advanceTimersByTimeAsync(1);
    expect(registry.list()).toEqual([]);
    expect(sandbox.isDead).toBe(true);
  },
);

test("a machine that dies is told and listed as dead, whatever its files are like", async () => {
  const events = new EventStream();
  const gone: unknown[] = [];
  const registry = createRegistry({
    events,
    onGone: ({ id }) => Promise.resolve(void gone.push(id)),
  });
  const exit = Promise.withResolvers<MachineExit>();
  const sandbox = createSandbox(null, exit, () => Promise.reject(new Error("its directory is gone")));
  registry.add(sandbox);
  const { id } = sandbox.record;
  exit.resolve({ why: "it was ended" } as MachineExit);
  await sandbox.gone;
  await new Promise(setImmediate);
  expect(sandbox.isDead).toBe(true);
  expect(events.read().events).toMatchObject([{ type: "sandbox.died", id, why: "it was ended" }]);
  expect(gone).toEqual([id]);
});

test("a name means the machine that lives, or else the newest of the dead; what names none stays as it is", async () => {
  const registry = createRegistry();
  const exits = [1, 2].map(() => Promise.withResolvers<MachineExit>());
  const [first, second] = exits.map((exit) => createSandbox(null, exit, done, "web"));
  if (!first || !second) throw new Error("there are two");
  const resolve = (reference: string): string => registry.resolve(reference as SandboxId);
  registry.add(first);
  expect(resolve("web")).toBe(first.record.id);
  await first.update(() => ({ name: null }));
  registry.add(second);
  exits[1]?.resolve({ why: "it was ended" } as MachineExit);
  await second.gone;
  expect(resolve("web")).toBe(second.record.id);
  await first.update(() => ({ name: "web" }));
  expect(resolve("web")).toBe(first.record.id);
  exits[0]?.resolve({ why: "it was ended" } as MachineExit);
  await first.gone;
  expect(resolve("web")).toBe(second.record.id);
  expect([resolve("db"), resolve(first.record.id)]).toEqual(["db", first.record.id]);
});

test("a machine whose time to live was changed ends by the new one, or never", async () => {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const registry = createRegistry();
  const [sooner, never] = [createSandbox(100), createSandbox(100)];
  for (const sandbox of [sooner, never]) registry.add(sandbox);
  await sooner.update(() => ({ expiresAtUnix: 10 }));
  await never.update(() => ({ expiresAtUnix: null }));
  for (const sandbox of [sooner, never]) registry.noteTimes(sandbox.record.id);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(registry.list()).toEqual([never]);
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(registry.list()).toEqual([never]);
});

test("a change of a machine that was suspended meanwhile limits what is there now, and one that is gone nothing", async () => {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const registry = createRegistry();
  const sandbox = createSandbox(null);
  const { id } = sandbox.record;
  registry.add(sandbox);
  await sandbox.update(() => ({ idleTimeoutSecs: 1, onIdle: "kill" }));
  const record = new KeptRecord(sandbox.record, done);
  const suspended = new SuspendedSandbox({ record, directory: sandbox.place });
  await registry.replace(sandbox, suspended);
  registry.noteTimes(id);
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(registry.list()).toEqual([suspended]);
  await suspended.update(() => ({ expiresAtUnix: 1 }));
  await registry.remove(id);
  registry.noteTimes(id);
  await vi.advanceTimersByTimeAsync(DAY_MS);
});

test("a machine whose process does not end is gone all the same, and its directory goes with the process", async () => {
  const timer = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => AbortSignal.abort());
  onTestFinished(() => timer.mockRestore());
  const errors: unknown[] = [];
  const registry = createRegistry({ onError: (error) => void errors.push(error) });
  const exit = Promise.withResolvers<MachineExit>();
  const sandbox = createSandbox(null, { ...exit, resolve: () => {} });
  const removal = Promise.withResolvers<void>();
  Object.assign(sandbox.place, { [Symbol.asyncDispose]: () => Promise.resolve(removal.resolve()) });
  registry.add(sandbox);
  await registry.remove(sandbox.record.id);
  expect([registry.list(), errors]).toEqual([
    [],
    [expect.objectContaining({ message: expect.stringContaining("hangs") as string })],
  ]);
  exit.resolve({ why: "it was ended" } as MachineExit);
  await removal.promise;
});

test("a machine that cannot be controlled lives as long as one that can", async () => {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const registry = createRegistry();
  const { record } = createSandbox((60 * DAY_MS) / 1000);
  const found = {
    id: record.id,
    isOfThisBoot: true,
    state: { kind: "whole", record: { ...record, pid: 1, startTicks: "1", onTimeout: "kill" } },
    directory: { path: "/", [Symbol.asyncDispose]: done },
  } as unknown as FoundMachine;
  const ports = {
    machines: { find: () => Promise.resolve(found) },
    processes: { isAlive: () => true, end: done },
    limits: { adoptGroup: () => Promise.reject(new Error("nothing can be done with it")) },
  } as unknown as AdoptionPorts;
  registry.addUnadopted(new UnadoptedMachine(found, ports));
  await vi.advanceTimersByTimeAsync(59 * DAY_MS);
  expect(registry.unadopted()).toHaveLength(1);
  Object.assign(ports.limits, { adoptGroup: () => Promise.resolve(NO_GROUP) });
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(registry.unadopted()).toHaveLength(0);
});

test("what a suspended machine stood on is let go of when it is ended", async () => {
  const gone: unknown[] = [];
  const registry = createRegistry({ onGone: async ({ id }) => void gone.push(id) });
  const sandbox = createSandbox(null);
  const { id } = sandbox.record;
  const record = new KeptRecord(sandbox.record, done);
  registry.addSuspended(new SuspendedSandbox({ record, directory: sandbox.place }));
  await registry.remove(id);
  expect(gone).toEqual([id]);
});

test("a machine that is just resumed, or suspended, is counted once: as what is listed", async () => {
  const registry = createRegistry();
  const resumed = { id: createSandboxId(), expiresAtUnix: null, idleTimeoutSecs: null, suspended: null };
  const directory = { path: "/" } as MachineDirectory;
  const record = new KeptRecord(resumed as SandboxRecord, done);
  registry.addSuspended(new SuspendedSandbox({ record, directory }));
  const leaving = createSandbox(null);
  registry.add(leaving);
  await leaving.update(() => ({ suspended: {} as SandboxRecord["suspended"] }));
  expect(registry.users().map(({ isSuspended }) => isSuspended)).toEqual([true, false]);
});

test("what one is called is known until it is removed", async () => {
  const registry = createRegistry();
  const [named, unnamed] = [createSandbox(null, undefined, done, "web"), createSandbox(null)];
  for (const sandbox of [named, unnamed]) registry.add(sandbox);
  expect([named, unnamed].map(({ record: { id } }) => registry.nameOf(id))).toEqual(["web", null]);
  await registry.remove(named.record.id);
  expect(registry.nameOf(named.record.id)).toBeNull();
});
