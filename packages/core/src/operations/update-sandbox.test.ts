import type { SandboxUpdate } from "@forkd/contract";
import { expect, test } from "vitest";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";
import { createUpdateOperations } from "./update-sandbox.ts";

const ID = "sb_0000000000000000";
const options = { signal: new AbortController().signal };

/** What becomes of a machine's record. */
async function update(known: Partial<SandboxRecord>, change: Partial<SandboxUpdate>): Promise<object> {
  let record = known as SandboxRecord;
  const sandbox = {
    record,
    describe: () => record,
    update: async (describe: (record: SandboxRecord) => object) =>
      void (record = { ...record, ...describe(record) }),
  };
  const ports = {
    registry: { findAny: () => Promise.resolve(sandbox), noteTimes: () => {} },
    events: { emit: () => {} },
    claims: {},
  } as unknown as OperationPorts;
  const order = { id: ID, update: change } as never;
  return await createUpdateOperations(ports).updateSandbox({} as Caller, order, options);
}

test.each([{ name: null }, { on_timeout: "kill" }, { on_idle: "kill" }] as const)(
  "a workspace is not made one that ends or has no name: %o",
  async (change) => {
    const [path] = Object.keys(change);
    await expect(update({ isWorkspace: true }, change)).rejects.toMatchObject({
      code: "invalid_request",
      details: { issues: [{ path }] },
    });
    await update({ isWorkspace: false }, change);
  },
);

test("a workspace may be paused, and suspended after a time", async () => {
  const record = await update(
    { isWorkspace: true },
    { on_idle: "pause", on_timeout: "suspend", ttl_secs: 60 },
  );
  expect(record).toMatchObject({ onIdle: "pause", onTimeout: "suspend", ttlSecs: 60 });
});
