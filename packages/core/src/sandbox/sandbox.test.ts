import { expect, test } from "vitest";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import type { Machine, MachineExit } from "../ports/engine.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { KeptRecord } from "./kept-record.ts";
import { Sandbox } from "./sandbox.ts";

const done = (): Promise<void> => Promise.resolve();

test("the end of a machine ends its suspension, and what reads its disk for that", async () => {
  const exit = Promise.withResolvers<MachineExit>();
  const sealing = Promise.withResolvers<void>();
  const seal = (_disk: string, { signal }: CallOptions): Promise<SuspendedState> => {
    sealing.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("left"))));
  };
  const kill = (): Promise<MachineExit> => {
    exit.resolve({ why: "it was ended" } as MachineExit);
    return exit.promise;
  };
  const save = (): Promise<object> => Promise.resolve({ diskPath: "disk" });
  const machine = { exited: exit.promise, pause: done, resume: done, save, kill } as unknown as Machine;
  const state = { prepare: done, remove: done, seal };
  const directory = { path: "/", state, keepLogsOnly: done, [Symbol.asyncDispose]: done };
  const record = { id: "sb_0000000000000000", suspended: null, paused: false } as unknown as SandboxRecord;
  const sandbox = new Sandbox(
    new KeptRecord(record, done),
    { machine, directory: directory as unknown as MachineDirectory, group: undefined, agent: undefined },
    { logs: { tail: () => Promise.resolve([]) } } as unknown as AgentLinkPorts,
  );
  const { signal } = new AbortController();
  const suspension = sandbox.suspend({ signal }).catch((error: unknown) => error);
  await sealing.promise;
  await sandbox[Symbol.asyncDispose]();
  expect(await suspension).toMatchObject({ code: "sandbox_dead" });
});
