import { expect, onTestFinished, test, vi } from "vitest";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { CallOptions } from "../ports/options.ts";
import { KeptRecord } from "./kept-record.ts";
import { reviveSandbox } from "./revive-sandbox.ts";
import type { RevivePorts } from "./revive-sandbox.ts";
import type { SuspendedParts } from "./suspended-sandbox.ts";
import { NO_GROUP } from "../../test/no-group.ts";

const hold = { [Symbol.dispose]: () => {} };

/** A suspended machine of 8 GiB whose VMM does not start in time. */
function createParts() {
  const patience: AbortSignal[] = [];
  const fail = (_: unknown, { signal }: CallOptions): Promise<never> =>
    Promise.reject(signal.reason as Error);
  const record = { id: "sb_0000000000000000", memoryMib: 8192, memoryLimitMib: null, suspended: {} };
  const state = {
    memoryPath: "m",
    deviceStatePath: "s",
    verify: (_: unknown, { signal }: CallOptions) => Promise.resolve(void patience.push(signal)),
  };
  const parts = {
    record: new KeptRecord(record as unknown as SandboxRecord, () => Promise.resolve()),
    directory: { path: "/", state },
  } as unknown as SuspendedParts;
  const manifest = { image: {}, devices: [], engine: { clockKhz: null } };
  const ports = {
    engine: {
      revive: fail,
      identify: () => Promise.resolve({ clockKhz: null }),
      listDeviceKinds: () => Promise.resolve([]),
    },
    limits: { createGroup: () => Promise.resolve(NO_GROUP) },
    images: { open: () => Promise.resolve({ path: "/" }) },
    snapshots: { open: () => Promise.resolve({ tag: "py", manifest }) },
    slots: { acquire: () => Promise.resolve(hold) },
    claims: { holds: { take: () => Promise.resolve(hold) } },
  } as unknown as RevivePorts;
  return { parts, ports, patience };
}

test("only the start of the VMM has a time limit, by its memory, and one that passes it is said to have failed", async () => {
  const limits: number[] = [];
  const timer = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    limits.push(ms);
    return AbortSignal.abort();
  });
  onTestFinished(() => timer.mockRestore());
  const { parts, ports, patience } = createParts();
  const { signal } = new AbortController();
  await expect(reviveSandbox(ports, parts, { signal })).rejects.toMatchObject({
    code: "resume_failed",
    details: { why: "it took longer than 223.84 s" },
  });
  expect(patience).toEqual([signal]);
  expect(limits).toEqual([223_840]);
});

test("a machine whose last process has its disk open is not started again", async () => {
  const { parts, ports } = createParts();
  const lingering = { ...parts, findLingering: () => ({ pid: 7, startTicks: "1" }) };
  await expect(
    reviveSandbox(ports, lingering, { signal: new AbortController().signal }),
  ).rejects.toMatchObject({
    code: "resume_failed",
    details: { why: expect.stringContaining("process 7") as string },
  });
});
