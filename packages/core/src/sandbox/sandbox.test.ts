import { expect, onTestFinished, test, vi } from "vitest";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import type { Machine, MachineExit } from "../ports/engine.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { KeptRecord } from "./kept-record.ts";
import { Sandbox } from "./sandbox.ts";
import { NO_GROUP } from "../../test/no-group.ts";

const { signal } = new AbortController();

/** A machine that notes what is done for it, and fails at what a test says. */
function createMachine(
  seal = (_options: CallOptions) => Promise.resolve({ atUnix: 1 } as SuspendedState),
  known: Partial<SandboxRecord> = {},
  tail = () => Promise.resolve<string[]>([]),
) {
  const done: string[] = [];
  const failing = new Set<string>();
  const note = (what: string) => (): Promise<void> => {
    done.push(what);
    return failing.has(what) ? Promise.reject(new Error(`${what} fails`)) : Promise.resolve();
  };
  const exit = Promise.withResolvers<MachineExit>();
  const kill = (): Promise<MachineExit> => {
    done.push("kill");
    if (!failing.has("kill")) exit.resolve({ why: "it was ended" } as MachineExit);
    return exit.promise;
  };
  const machine = {
    pid: 7,
    startTicks: "1",
    exited: exit.promise,
    pause: note("stop"),
    resume: note("cont"),
    measure: note("measure"),
    save: () => note("save")().then(() => ({ diskPath: "disk" })),
    kill,
  } as unknown as Machine;
  const directory = {
    path: "/",
    state: {
      prepare: note("prepare"),
      remove: note("remove"),
      seal: (_disk: string, options: CallOptions) => note("seal")().then(() => seal(options)),
    },
    keepLogsOnly: note("keep logs"),
    [Symbol.asyncDispose]: note("dispose"),
  } as unknown as MachineDirectory;
  const id = "sb_0000000000000000";
  const record = { id, suspended: null, paused: false, ...known } as unknown as SandboxRecord;
  const kept = new KeptRecord(record, ({ suspended }) => note(suspended ? "say suspended" : "say running")());
  const sandbox = new Sandbox(kept, { machine, directory, group: NO_GROUP, agent: undefined }, {
    logs: { tail },
  } as unknown as AgentLinkPorts);
  return { sandbox, done, failing, exit };
}

test("a machine is said to be suspended once all of it is on the storage, and ends after that", async () => {
  const { sandbox, done } = createMachine();
  await sandbox.suspend({ signal });
  expect(done).toEqual(["stop", "prepare", "save", "seal", "say suspended", "kill"]);
});

test("a machine that cannot be said to be suspended runs on, with nothing left of it", async () => {
  const { sandbox, done, failing } = createMachine();
  failing.add("say suspended");
  await expect(sandbox.suspend({ signal })).rejects.toThrow("say suspended fails");
  const after = ["say suspended", "say running", "remove", "cont"];
  expect(done).toEqual(["stop", "prepare", "save", "seal", ...after]);
});

test("a machine that dies while its state is sealed is dead, and not said to be suspended", async () => {
  const sealing = Promise.withResolvers<SuspendedState>();
  const { sandbox, done, exit } = createMachine(() => sealing.promise);
  const suspension = sandbox.suspend({ signal }).catch((error: unknown) => error);
  while (!done.includes("seal")) await new Promise(setImmediate);
  exit.resolve({ why: "it was killed" } as MachineExit);
  sealing.resolve({ atUnix: 1 } as SuspendedState);
  expect(await suspension).toMatchObject({ code: "sandbox_dead" });
  expect(done).not.toContain("say suspended");
});

test("the end of a machine ends its suspension, and what reads its disk for that", async () => {
  const { sandbox, done } = createMachine(
    (options) =>
      new Promise((_, reject) => options.signal.addEventListener("abort", () => reject(new Error("left")))),
  );
  const suspension = sandbox.suspend({ signal }).catch((error: unknown) => error);
  while (!done.includes("seal")) await new Promise(setImmediate);
  await sandbox[Symbol.asyncDispose]();
  expect(await suspension).toMatchObject({ code: "sandbox_dead" });
});

test("a machine whose process does not end is suspended all the same, and its process is known until it ends", async () => {
  const timer = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => AbortSignal.abort());
  onTestFinished(() => timer.mockRestore());
  const { sandbox, done, failing, exit } = createMachine();
  failing.add("kill");
  const record = await sandbox.suspend({ signal });
  expect([done.at(-1), record.current.suspended, sandbox.isDead]).toEqual(["kill", { atUnix: 1 }, false]);
  expect(sandbox.process).toEqual({ pid: 7, startTicks: "1" });
  exit.resolve({ why: "it was ended" } as MachineExit);
  await sandbox.gone;
  expect(sandbox.process).toBeUndefined();
});

test("what fails because a machine died says that, however long its last words take to be read", async () => {
  const lastWords = Promise.withResolvers<string[]>();
  const { sandbox, failing, exit } = createMachine(undefined, {}, () => lastWords.promise);
  failing.add("measure");
  exit.resolve({ why: "it was killed" } as MachineExit);
  setTimeout(() => lastWords.resolve(["panic"]), 500);
  await expect(sandbox.measure()).rejects.toMatchObject({
    code: "sandbox_dead",
    details: { console: ["panic"] },
  });
});

test("a workspace was last used when its record says, until it is used again, which is noted once", async () => {
  const { sandbox, done } = createMachine(undefined, {
    isWorkspace: true,
    createdAtUnix: 5,
    lastUsedAtUnix: 10,
  });
  await sandbox.noteUse();
  expect([sandbox.lastUsedAtUnix, done]).toEqual([10, []]);
  const startedAtUnix = Math.floor(Date.now() / 1000);
  await sandbox.resume({ signal });
  for (let time = 0; time < 2; time++) await sandbox.noteUse();
  expect(done).toEqual(["cont", "say running"]);
  expect(sandbox.record.lastUsedAtUnix).toBeGreaterThanOrEqual(startedAtUnix);
  expect(sandbox.lastUsedAtUnix).toBeGreaterThanOrEqual(startedAtUnix);
});
