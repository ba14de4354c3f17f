import type { SandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { KeyedTurns } from "../concurrency/keyed-turns.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { KeptRecord } from "../sandbox/kept-record.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedParts, SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import { actOnTime, suspend } from "./bring-to-rest.ts";
import type { OperationPorts } from "./ports.ts";

const ID = "sb_0000000000000000" as SandboxId;

/** A machine that can be paused, of which a test says what happens meanwhile. */
class Pausable {
  record: SandboxRecord;
  isPaused = false;
  idleMs = 10_000;
  onPause = (): void => {};

  constructor(record: Partial<SandboxRecord>) {
    this.record = { id: ID, idleTimeoutSecs: 10, suspended: null, ...record } as SandboxRecord;
  }

  /** What its commands print meanwhile is use. */
  noteOutput = (): Promise<void> => Promise.resolve();

  pause(): Promise<boolean> {
    this.isPaused = true;
    this.onPause();
    return Promise.resolve(true);
  }

  place = {};
  /** Its process hangs in the kernel. */
  process = { pid: 7, startTicks: "1" };

  suspend(): Promise<KeptRecord> {
    return Promise.resolve({ current: this.record } as KeptRecord);
  }

  update(describe: (record: SandboxRecord) => object): Promise<void> {
    this.record = { ...this.record, ...describe(this.record) };
    return Promise.resolve();
  }
}
Object.setPrototypeOf(Pausable.prototype, Sandbox.prototype);

function createPorts(sandbox: Pausable, recovered = Promise.resolve()): OperationPorts {
  const find = (): Promise<unknown> => Promise.resolve(sandbox);
  return {
    recovered,
    lives: new KeyedTurns(),
    registry: { find, findAny: find, noteTimes: () => {} },
    events: { emit: () => {} },
  } as unknown as OperationPorts;
}

test("a machine that is used while others are waited for is left to run", async () => {
  const sandbox = new Pausable({});
  const recovery = Promise.withResolvers<void>();
  const acting = actOnTime(createPorts(sandbox, recovery.promise), {
    id: ID,
    action: "pause",
    reason: "idle",
  });
  sandbox.idleMs = 0;
  recovery.resolve();
  await acting;
  expect(sandbox.isPaused).toBe(false);
  sandbox.idleMs = 10_000;
  await actOnTime(createPorts(sandbox), { id: ID, action: "pause", reason: "idle" });
  expect(sandbox.isPaused).toBe(true);
});

test.each(["kill", "pause", "suspend"] as const)(
  "a machine that prints is not left to %s",
  async (action) => {
    const sandbox = new Pausable({});
    sandbox.noteOutput = () => Promise.resolve(void (sandbox.idleMs = 0));
    const ports = createPorts(sandbox);
    Object.assign(ports.registry, { remove: () => Promise.reject(new Error("it was removed")) });
    await actOnTime(ports, { id: ID, action, reason: "idle" });
    expect(sandbox.isPaused).toBe(false);
  },
);

test("a machine that was paused or suspended while it was looked at is not ended for being idle", async () => {
  const ended: unknown[] = [];
  for (const rest of ["pause", "suspend"] as const) {
    const sandbox = new Pausable({});
    sandbox.noteOutput = async () => {
      if (rest === "pause") sandbox.isPaused = true;
      else await sandbox.update(() => ({ suspended: {} }));
    };
    const ports = createPorts(sandbox);
    Object.assign(ports.registry, { remove: async (id: unknown) => void ended.push(id) });
    await actOnTime(ports, { id: ID, action: "kill", reason: "idle" });
  }
  expect(ended).toEqual([]);
});

test("a time to live ends also what is just being suspended", async () => {
  const ended: unknown[] = [];
  const ports = createPorts(new Pausable({}));
  Object.assign(ports.registry, { remove: async (id: unknown) => void ended.push(id) });
  using _ = await ports.lives.take(ID, "a suspension", { signal: new AbortController().signal });
  await actOnTime(ports, { id: ID, action: "kill", reason: "timeout" });
  expect(ended).toEqual([ID]);
});

test("a time to live that was over is taken back, and one that was given meanwhile is not", async () => {
  const order = { id: ID, action: "pause", reason: "timeout" } as const;
  const over = new Pausable({ expiresAtUnix: 1 });
  await actOnTime(createPorts(over), order);
  expect(over.record.expiresAtUnix).toBe(null);
  const given = new Pausable({ expiresAtUnix: 1 });
  given.onPause = () => void given.update(() => ({ expiresAtUnix: 9_999_999_999 }));
  await actOnTime(createPorts(given), order);
  expect(given.record.expiresAtUnix).toBe(9_999_999_999);
});

test("a machine that was suspended knows of the process that it left, as long as that lingers", async () => {
  const left: SuspendedSandbox[] = [];
  const sandbox = new Pausable({});
  const ports = createPorts(sandbox);
  const replace = (_: unknown, now: SuspendedSandbox): Promise<void> => Promise.resolve(void left.push(now));
  const done = (): Promise<void> => Promise.resolve();
  Object.assign(ports.registry, { replace });
  Object.assign(ports, { staged: { store: done }, snapshots: { readManifest: done } });
  const options = { signal: new AbortController().signal };
  await suspend(ports, { id: ID, caller: undefined, reason: "asked" }, options);
  const revive = (parts: SuspendedParts): Promise<Sandbox> =>
    Promise.reject(new Error(`process ${parts.findLingering?.()?.pid}`));
  await expect(left[0]?.revive(revive, options)).rejects.toThrow("process 7");
});
