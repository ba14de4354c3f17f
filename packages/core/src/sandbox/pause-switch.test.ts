import { expect, test } from "vitest";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { Machine } from "../ports/engine.ts";
import type { AgentLink } from "./agent-link.ts";
import { KeptRecord } from "./kept-record.ts";
import { PauseSwitch } from "./pause-switch.ts";

const options = { signal: new AbortController().signal };

/** A machine that notes what it is told, and fails at what a test says. */
function createSwitch(record: Partial<SandboxRecord>) {
  const told: string[] = [];
  const failing = new Set<string>();
  const tell = (order: string) => async (): Promise<void> => {
    told.push(order);
    if (failing.has(order)) throw new Error(`${order} failed`);
  };
  const machine = { pause: tell("stop"), resume: tell("cont") } as unknown as Machine;
  const link = {
    whenOpened: () => Promise.resolve(),
    catchUp: () => Promise.resolve(),
    standStill: () => ({ [Symbol.dispose]: () => {} }),
  } as unknown as AgentLink;
  const kept = new KeptRecord(record as SandboxRecord, tell("write"));
  return { told, failing, pauseSwitch: new PauseSwitch({ machine, link, record: kept }) };
}

test("a machine that is paused is told to stand still all the same before it ends, and stays paused", async () => {
  const { told, pauseSwitch } = createSwitch({ paused: true });
  const work = (): Promise<void> => Promise.reject(new Error("the disk is full"));
  await expect(pauseSwitch.end(work, options)).rejects.toThrow("full");
  expect(told).toEqual(["stop"]);
  expect(pauseSwitch.isPaused).toBe(true);
});

test("a machine that can neither be resumed nor stopped again is not said to be paused", async () => {
  const { told, failing, pauseSwitch } = createSwitch({ paused: true });
  failing.add("write").add("stop");
  await expect(pauseSwitch.resume(options)).rejects.toThrow("stop failed");
  expect(told.slice(0, 2)).toEqual(["cont", "write"]);
  expect(pauseSwitch.isPaused).toBe(false);
});
