import { expect, test } from "vitest";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import { KeptRecord } from "./kept-record.ts";
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
