import { createSandboxId } from "@forkd/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { UsageHistory } from "./usage-history.ts";

/** A machine that uses half of a CPU while time passes. */
function createMachine() {
  const measure = async () => ({ cpuMs: Date.now() / 2, privateBytes: 1, sharedBytes: 2, diskBytes: 3 });
  return { record: { id: createSandboxId() }, measure };
}

function useFakeTime(): void {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
}

test("keeps the last samples of each machine, with the CPU's share since the one before", async () => {
  useFakeTime();
  const history = new UsageHistory({ limit: 3 });
  const machine = createMachine();
  for (let at = 0; at < 5; at++) {
    vi.setSystemTime(at * 1000);
    await history.sample([machine]);
  }
  const kept = history.of(machine.record.id);
  expect(kept.map(({ atUnixMs, cpuPercent }) => [atUnixMs, cpuPercent])).toEqual([
    [2000, 50],
    [3000, 50],
    [4000, 50],
  ]);
});

test("the first sample says nothing of the CPU's share, and looking keeps nothing", async () => {
  useFakeTime();
  const history = new UsageHistory({ limit: 3 });
  const machine = createMachine();
  expect(await history.look(machine)).toMatchObject({ cpuPercent: null, privateBytes: 1 });
  expect(history.of(machine.record.id)).toEqual([]);
});

test("forgets machines that are gone, and goes on behind one that cannot be measured", async () => {
  const history = new UsageHistory({ limit: 3 });
  const [gone, dying, living] = [createMachine(), createMachine(), createMachine()];
  await history.sample([gone]);
  dying.measure = () => Promise.reject(new Error("it has died"));
  await history.sample([dying, living]);
  expect([gone, dying, living].map(({ record }) => history.of(record.id).length)).toEqual([0, 0, 1]);
});
