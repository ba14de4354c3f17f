import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtempDisposable, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createSandboxId } from "@forkd/contract";
import { EventStream, SandboxRegistry } from "@forkd/core";
import { adoptMachine, monitorPath, qemuLogs, qemuProcesses } from "@forkd/engine-qemu";
import { createGuestConnector } from "@forkd/guest-client";
import { createLimitProvider } from "@forkd/host";
import { findProcess, readBootId } from "@forkd/posix";
import { expect, test } from "vitest";
import { createRecord } from "../../test/sandbox-record.ts";
import type { Services } from "../services.ts";
import { createMachineDirectories } from "./directories.ts";
import { ForkJournal } from "./fork-journal.ts";
import { adoptMachines } from "./adopt-machines.ts";
import { formatRecord } from "./record-file.ts";

/** A data directory with processes that are called as VMMs are, and monitors that agree to everything. */
async function createHost() {
  const stack = new AsyncDisposableStack();
  const root = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-stock-")));
  const program = join(root.path, "qemu-system-test");
  await copyFile("/bin/sleep", program);
  const machines = createMachineDirectories({ root: root.path, bootId: await readBootId() });
  const forkJournal = new ForkJournal(join(root.path, "forks"));
  await forkJournal.listUnanswered();
  const registry = new SandboxRegistry({
    events: new EventStream(),
    onTime: async () => {},
    onError: () => {},
  });
  const ports = {
    engine: { adopt: adoptMachine } as unknown as Services["engine"],
    processes: qemuProcesses,
    machines,
    limits: createLimitProvider({ dataDir: "/nonexistent/forkd-test" }),
    networks: {} as Services["networks"],
    connector: createGuestConnector(),
    logs: qemuLogs,
    registry,
    forkJournal,
  };
  /** A machine whose process runs; it is ready once its record is written. */
  const create = async () => {
    const id = createSandboxId();
    const directory = await machines.create(id);
    const child = spawn(program, ["60"], { cwd: directory.path, detached: true, stdio: "ignore" });
    stack.defer(() => void child.kill("SIGKILL"));
    await once(child, "spawn");
    const monitor = createServer((socket) => {
      createInterface(socket).on("line", (line) => {
        const { id: order } = JSON.parse(line) as { id: number };
        socket.write(`{"return": {}, "id": ${order}}\n`);
      });
    }).listen(monitorPath(directory.path));
    monitor.unref();
    const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
    const { pid = 0 } = child;
    const name = { pid, startTicks: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "" };
    return { id, directory, name, child };
  };
  const createReady = async () => {
    const machine = await create();
    await machine.directory.writeRecord(createRecord({ id: machine.id, ...machine.name }));
    return machine;
  };
  return { ports, registry, create, createReady, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test("of an earlier daemon's machines, those that were ready and run are taken over, and no other", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const [running, dead, unanswered] = [
    await host.createReady(),
    await host.createReady(),
    await host.createReady(),
  ];
  const halfMade = await host.create();
  dead.child.kill("SIGKILL");
  await once(dead.child, "exit");
  await ports.forkJournal.open().note([unanswered.id]);
  const { machines } = await adoptMachines(ports);
  expect(registry.describe()).toMatchObject([{ id: running.id, status: "adopting", pid: running.name.pid }]);
  await registry.find(running.id, { signal: AbortSignal.timeout(60_000) });
  expect(registry.describe()).toMatchObject([{ id: running.id, status: "running" }]);
  const leftovers = new Map(machines.map(({ directory, processes }) => [directory.path, processes]));
  expect(new Set(leftovers.keys())).toEqual(
    new Set([dead, unanswered, halfMade].map(({ directory }) => directory.path)),
  );
  expect(leftovers.get(dead.directory.path)).toEqual([]);
  for (const { directory, name } of [unanswered, halfMade]) {
    expect(leftovers.get(directory.path)).toContainEqual(expect.objectContaining(name));
  }
});

const FILE = { name: "disk.qcow2", sha256: "", sizeBytes: 0, signature: "" };
const SUSPENDED = { atUnix: 1, memory: FILE, deviceState: FILE, disk: FILE };

test("a machine that is suspended is listed so, and a process that is left of it is to be ended", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const { id, directory, name, child } = await host.createReady();
  await directory.state.prepare();
  await directory.writeRecord(createRecord({ id, ...name, suspended: SUSPENDED }));
  const { machines, strays } = await adoptMachines(ports);
  expect(machines).toEqual([]);
  expect(strays).toContainEqual(expect.objectContaining(name));
  expect(registry.describe()).toMatchObject([{ id, status: "suspended", pid: null }]);
  await expect(registry.find(id, { signal: AbortSignal.timeout(60_000) })).rejects.toMatchObject({
    code: "sandbox_suspended",
  });
  child.kill("SIGKILL");
});

test("a suspended machine that is ended before its process of last time leaves that nowhere", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const { id, directory, name } = await host.createReady();
  await directory.state.prepare();
  await directory.writeRecord(createRecord({ id, ...name, suspended: SUSPENDED }));
  const { strays } = await adoptMachines(ports);
  expect(strays).toContainEqual(expect.objectContaining(name));
  await registry.remove(id);
  expect(ports.processes.isAlive(name)).toBe(false);
  expect(await ports.machines.list()).toEqual([]);
});

test("a process that has the name of one of an earlier boot is not taken for it", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const self = findProcess(process.pid);
  const [ran, slept] = [createRecord(self), createRecord({ ...self, suspended: SUSPENDED })];
  for (const record of [ran, slept]) {
    const directory = await ports.machines.create(record.id);
    const { path } = directory;
    await directory.writeRecord(record);
    await writeFile(join(path, "state.json"), formatRecord(record, "earlier"));
    await writeFile(join(path, "vmm.pid"), `${self?.pid} ${self?.startTicks} 0a-0b\n`);
  }
  const { machines, strays } = await adoptMachines(ports);
  expect(machines).toMatchObject([{ processes: [], snapshotId: ran.snapshotId }]);
  expect(strays).toEqual([]);
  expect(registry.describe()).toMatchObject([{ id: slept.id, status: "suspended" }]);
});

test("a machine whose resume came no further than its record is suspended, with what was changed since", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const { id, directory, name, child } = await host.createReady();
  await directory.state.prepare();
  await directory.writeRecord(createRecord({ id, ...name, suspended: SUSPENDED }));
  await directory.writeRecord(createRecord({ id, ...name, name: "renamed", paused: true }));
  child.kill("SIGKILL");
  await once(child, "exit");
  expect((await adoptMachines(ports)).machines).toEqual([]);
  expect(registry.describe()).toMatchObject([{ id, status: "suspended", name: "renamed" }]);
  expect(registry.list()[0]?.record.suspended).toEqual(SUSPENDED);
});

test("a machine that runs after its suspension was given up is taken over, and nothing older is left of it", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const [unwritten, given] = [await host.createReady(), await host.createReady()];
  await unwritten.directory.state.prepare();
  await given.directory.writeRecord(createRecord({ id: given.id, ...given.name, suspended: SUSPENDED }));
  const { machines, strays } = await adoptMachines(ports);
  expect([machines, strays]).toEqual([[], []]);
  for (const { id } of [unwritten, given]) {
    await registry.find(id, { signal: AbortSignal.timeout(60_000) });
    expect(await ports.machines.find(id)).toMatchObject({ hasState: false });
  }
});

test("a damaged record beside the state of a suspended machine keeps that and its base, until it is mended", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const { id, directory, name, child } = await host.createReady();
  child.kill("SIGKILL");
  await once(child, "exit");
  await directory.state.prepare();
  const record = createRecord({ id, ...name, suspended: SUSPENDED });
  await directory.writeRecord(record);
  const path = join(directory.path, "state.json");
  const text = await readFile(path);
  await truncate(path, 100);
  expect((await adoptMachines(ports)).machines).toEqual([]);
  const options = { signal: AbortSignal.timeout(60_000) };
  await expect(registry.adopt(id, options)).rejects.toMatchObject({ code: "sandbox_unmanaged" });
  expect(registry.users()).toMatchObject([{ id, snapshotId: record.snapshotId, isSuspended: true }]);
  expect((await ports.machines.find(id)).hasState).toBe(true);
  await writeFile(path, text);
  await registry.adopt(id, options);
  expect(registry.describe()).toMatchObject([{ id, status: "suspended" }]);
});

test("a machine with a damaged record, and one without a directory, are unmanaged until they are ended", async () => {
  await using host = await createHost();
  const { ports, registry } = host;
  const [damaged, lost] = [await host.createReady(), await host.createReady()];
  await truncate(join(damaged.directory.path, "state.json"), 100);
  await rm(lost.directory.path, { recursive: true });
  expect((await adoptMachines(ports)).machines).toEqual([]);
  for (const { id, child } of [damaged, lost]) {
    const attempt = registry.adopt(id, { signal: AbortSignal.timeout(60_000) });
    await expect(attempt).rejects.toMatchObject({ code: "sandbox_unmanaged" });
    expect(registry.users().map((user) => user.id)).toContain(id);
    await registry.remove(id);
    expect(child.signalCode ?? (await once(child, "exit"))[1]).toBe("SIGKILL");
  }
  expect(registry.describe()).toEqual([]);
});
