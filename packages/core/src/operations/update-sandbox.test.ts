import { ForkdError } from "@forkd/contract";
import type { SandboxUpdate } from "@forkd/contract";
import { expect, test } from "vitest";
import { KeyedTurns } from "../concurrency/keyed-turns.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { LimitsChange } from "../sandbox/change-limits.ts";
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

test("limits and what it may reach are as they were where its record cannot be changed", async () => {
  const record = { memoryMib: 256, vcpus: 1, cpuLimit: 1, network: { egress: "deny" } };
  const cpus: unknown[] = [];
  const egress: unknown[] = [];
  const sandbox = {
    record,
    limit: ({ from, to }: LimitsChange) => Promise.resolve(void cpus.push([from.cpuLimit, to.cpuLimit])),
    setEgress: (wanted: unknown) => Promise.resolve(void egress.push(wanted)),
    update: () => Promise.reject(new ForkdError("name_taken", { name: "web", id: null })),
  };
  const ports = {
    registry: { findAny: () => Promise.resolve(sandbox) },
    lives: new KeyedTurns(),
  } as unknown as OperationPorts;
  const order = { id: ID, update: { name: "web", cpu_limit: 2, network: { egress: "allow" } } } as never;
  const asked = createUpdateOperations(ports).updateSandbox({} as Caller, order, options);
  await expect(asked).rejects.toMatchObject({ code: "name_taken" });
  expect(cpus).toEqual([
    [1, 2],
    [2, 1],
  ]);
  expect(egress).toEqual(["allow", "deny"]);
});
