import { expect, test } from "vitest";
import type { CaptureReport, CaptureSpec } from "../ports/engine.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import { KeptRecord } from "./kept-record.ts";
import type { Sandbox } from "./sandbox.ts";
import { SuspendedSandbox } from "./suspended-sandbox.ts";

test("what is written of a suspended machine is written before it is removed, and nothing after", async () => {
  const events: string[] = [];
  const writing = Promise.withResolvers<void>();
  const record = new KeptRecord({ id: "sb_0000000000000000", suspended: {} } as SandboxRecord, async () => {
    await writing.promise;
    events.push("written");
  });
  const remove = (): Promise<void> => Promise.resolve(void events.push("removed"));
  const directory = { path: "/", [Symbol.asyncDispose]: remove } as unknown as MachineDirectory;
  const sandbox = new SuspendedSandbox({ record, directory });
  const change = sandbox.update(() => ({ name: "early" }));
  const end = sandbox[Symbol.asyncDispose]();
  await expect(sandbox.update(() => ({ name: "late" }))).rejects.toMatchObject({ code: "sandbox_not_found" });
  await new Promise(setImmediate);
  writing.resolve();
  await Promise.all([change, end]);
  expect(events).toEqual(["written", "removed"]);
});

test("a copy that waited until the machine was resumed is one of the machine", async () => {
  const record = new KeptRecord({ suspended: {} } as SandboxRecord, () => Promise.resolve());
  const sandbox = new SuspendedSandbox({ record, directory: {} as MachineDirectory });
  const options = { signal: new AbortController().signal };
  const report = { dirtyPages: 7 } as CaptureReport;
  const machine = {
    capture: () => Promise.resolve(report),
    assessCapture: () => Promise.resolve({ dirtyPages: 7 }),
  } as unknown as Sandbox;
  const revival = Promise.withResolvers<Sandbox>();
  const revived = sandbox.revive(async () => {
    const made = await revival.promise;
    await record.change(() => ({ suspended: null }));
    return made;
  }, options);
  const copy = sandbox.capture({ mode: "diff" } as CaptureSpec, options);
  revival.resolve(machine);
  await revived;
  expect(await copy).toBe(report);
  expect(await sandbox.assessCapture(options)).toEqual({ dirtyPages: 7 });
});

test("the end of a suspended machine ends a copy of it", async () => {
  const record = new KeptRecord({ suspended: { memory: {}, disk: {} } } as SandboxRecord, () =>
    Promise.resolve(),
  );
  const copyTo = (_state: unknown, _target: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("it was ended"))));
  const directory = { state: { copyTo }, [Symbol.asyncDispose]: () => Promise.resolve() };
  const sandbox = new SuspendedSandbox({ record, directory: directory as unknown as MachineDirectory });
  const options = { signal: new AbortController().signal };
  const copy = sandbox
    .capture({ mode: "diff" } as CaptureSpec, options)
    .catch(({ message }: Error) => message);
  await new Promise(setImmediate);
  await sandbox[Symbol.asyncDispose]();
  expect(await copy).toBe("it was ended");
});
