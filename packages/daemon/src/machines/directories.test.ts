import { execFileSync } from "node:child_process";
import { mkdir, mkdtempDisposable, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandboxId } from "@forkd/contract";
import { readBootId } from "@forkd/posix";
import { expect, test } from "vitest";
import { createRecord } from "../../test/sandbox-record.ts";
import { createMachineDirectories } from "./directories.ts";

/** A machine that was ready, in a directory of its own. */
async function createMachine() {
  const root = await mkdtempDisposable(join(tmpdir(), "forkd-vms-"));
  const machines = createMachineDirectories({ root: root.path, bootId: await readBootId() });
  const record = createRecord();
  const directory = await machines.create(record.id);
  await directory.writeRecord(record);
  return {
    machines,
    record,
    directory,
    statePath: join(directory.path, "state.json"),
    pidPath: join(directory.path, "vmm.pid"),
    find: () => machines.find(record.id),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

test("a machine is found with its record and, beside it, its process", async () => {
  await using machine = await createMachine();
  expect(await machine.find()).toMatchObject({
    state: { kind: "whole", record: machine.record },
    process: { pid: 4711, startTicks: "123" },
  });
});

test("whatever becomes of the record, it is damaged and not absent, and the process is known", async () => {
  await using machine = await createMachine();
  const damages = [
    () => truncate(machine.statePath, 0),
    () => rm(machine.statePath),
    () => mkdir(machine.statePath),
    () => rm(machine.statePath, { recursive: true }).then(() => execFileSync("mkfifo", [machine.statePath])),
  ];
  for (const damage of damages) {
    await damage();
    expect(await machine.find()).toMatchObject({ state: { kind: "damaged" }, process: { pid: 4711 } });
  }
});

test("a damaged note names no process, and leaves the record", async () => {
  await using machine = await createMachine();
  await writeFile(machine.pidPath, "4711;123\n");
  expect(await machine.find()).toMatchObject({ state: { kind: "whole" }, process: { pid: 0 } });
});

test("a machine that was never ready has neither", async () => {
  await using machine = await createMachine();
  const id = createSandboxId();
  await machine.machines.create(id);
  const found = (await machine.machines.list()).find((one) => one.id === id);
  expect(found).toMatchObject({ state: { kind: "none" }, process: undefined });
});

const FILE = { name: "disk.qcow2", sha256: "", sizeBytes: 0, signature: "" };
const SUSPENDED = { atUnix: 1, memory: FILE, deviceState: FILE, disk: FILE };

test("a record that says suspended is kept with what it is resumed of, until that is removed", async () => {
  await using machine = await createMachine();
  const record = { ...machine.record, suspended: SUSPENDED };
  await machine.directory.writeRecord(record);
  expect(await machine.find()).toMatchObject({ hasState: false, suspension: undefined });
  await machine.directory.state.prepare();
  await machine.directory.writeRecord(record);
  await truncate(machine.statePath, 100);
  expect(await machine.find()).toMatchObject({ state: { kind: "damaged" }, suspension: record });
  await machine.directory.state.remove();
  expect(await machine.find()).toMatchObject({ hasState: false, suspension: undefined });
});

test("the note names the last process, and where it cannot be written the record stays", async () => {
  await using machine = await createMachine();
  await machine.directory.writeRecord({ ...machine.record, pid: 4712 });
  expect(await readFile(machine.pidPath, "utf8")).toMatch(/^4712 123 /);
  await rm(machine.pidPath);
  await mkdir(machine.pidPath);
  await expect(machine.directory.writeRecord(machine.record)).rejects.toThrow("vmm.pid");
  expect(await machine.find()).toMatchObject({ state: { record: { pid: 4712 } } });
});
