import { expect, test } from "vitest";
import { Phases } from "./phases.ts";
import { saveStopped } from "./save-stopped.ts";
import type { CapturedMachine } from "./task.ts";

test("a machine whose vCPUs run is not saved", async () => {
  const qmp = { execute: () => Promise.resolve({ running: true, status: "running" }) };
  const machine = { qmp, pid: process.pid, name: "sb", directory: "/" } as unknown as CapturedMachine;
  const spec = { memoryPath: "/nowhere/memory", deviceStatePath: "/nowhere/state", memoryMib: 1 };
  const signal = new AbortController().signal;
  const save = saveStopped({ machine, spec, phases: new Phases(), signal, settleTimeoutMs: 0 });
  await expect(save).rejects.toThrow("its vCPUs run");
});
