import { createSandboxId, ForkdError } from "@forkd/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { TestClock } from "../../test/test-clock.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import { Sandbox } from "./sandbox.ts";
import { TimeLimits } from "./time-limits.ts";
import type { TimeOrder } from "./time-limits.ts";

const LIMITS = { expiresAtUnix: null, onTimeout: "kill", idleTimeoutSecs: null, onIdle: "suspend" } as const;
const DAY_MS = 86_400_000;

/** A machine that is idle for as long as a test says. */
class Idler {
  readonly record: SandboxRecord;
  isPaused = false;
  idleMs = 0;

  constructor(limits: Partial<SandboxRecord>) {
    this.record = { id: createSandboxId(), ...LIMITS, ...limits } as SandboxRecord;
  }
}
Object.setPrototypeOf(Idler.prototype, Sandbox.prototype);

function createWorld(fail = 0, failure: Error = new Error("the disk is full")) {
  const clock = new TestClock();
  const orders: TimeOrder[] = [];
  const errors: unknown[] = [];
  let failures = fail;
  const limits = new TimeLimits({
    clock,
    onError: (error) => errors.push(error),
    onTime: (order) => {
      orders.push(order);
      return failures-- > 0 ? Promise.reject(failure) : Promise.resolve();
    },
  });
  const watch = (sandbox: Idler): void => limits.watch(sandbox as unknown as Sandbox);
  return { clock, orders, errors, limits, watch };
}

test("a machine that is used late is idle from then on, and one that is paused is not", () => {
  const { clock, orders, watch } = createWorld();
  const sandbox = new Idler({ idleTimeoutSecs: 10 });
  const { id } = sandbox.record;
  watch(sandbox);
  sandbox.idleMs = 4000;
  clock.pass(10_000);
  expect(orders).toEqual([]);
  sandbox.isPaused = true;
  sandbox.idleMs = 10_000;
  clock.pass(6000);
  expect(orders).toEqual([]);
  sandbox.isPaused = false;
  clock.pass(10_000);
  expect(orders).toEqual([{ id, action: "suspend", reason: "idle" }]);
});

test.each(["kill", "pause", "suspend"] as const)(
  "what is to be done when a time to live is over is told, and that is %s",
  (onTimeout) => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { clock, orders, watch } = createWorld();
    const sandbox = new Idler({ expiresAtUnix: (60 * DAY_MS) / 1000, onTimeout });
    watch(sandbox);
    for (let day = 1; day <= 59; day++) {
      vi.setSystemTime(day * DAY_MS);
      clock.pass(DAY_MS);
    }
    expect(orders).toEqual([]);
    vi.setSystemTime(60 * DAY_MS);
    clock.pass(DAY_MS);
    expect(orders).toEqual([{ id: sandbox.record.id, action: onTimeout, reason: "timeout" }]);
  },
);

test("what fails is told, and tried again, until it is forgotten", async () => {
  const { clock, orders, errors, limits, watch } = createWorld(2);
  const sandbox = new Idler({ idleTimeoutSecs: 10 });
  sandbox.idleMs = 10_000;
  watch(sandbox);
  clock.pass(10_000);
  await new Promise(setImmediate);
  clock.pass(59_000);
  expect([orders.length, errors.length]).toEqual([1, 1]);
  clock.pass(1000);
  await new Promise(setImmediate);
  expect([orders.length, errors.length]).toEqual([2, 2]);
  limits.forget(sandbox.record.id);
  clock.pass(600_000);
  expect(orders).toHaveLength(2);
});

test("what fails again and again is tried ever less often", async () => {
  const { clock, orders, watch } = createWorld(100);
  watch(new Idler({ expiresAtUnix: 0, onTimeout: "suspend" }));
  for (let minute = 0; minute < 24 * 60; minute++) {
    clock.pass(60_000);
    await new Promise(setImmediate);
  }
  expect(orders.length).toBeGreaterThan(20);
  expect(orders.length).toBeLessThan(35);
});

test("a machine that is resumed after it was paused for being idle is paused again when it is idle again", async () => {
  const { clock, orders, watch } = createWorld();
  const sandbox = new Idler({ idleTimeoutSecs: 10, onIdle: "pause" });
  watch(sandbox);
  sandbox.idleMs = 10_000;
  clock.pass(10_000);
  sandbox.isPaused = true;
  await new Promise(setImmediate);
  clock.pass(100_000);
  expect(orders).toHaveLength(1);
  sandbox.isPaused = false;
  clock.pass(10_000);
  expect(orders).toHaveLength(2);
});

test("nothing more is done with a machine that is not there any more", async () => {
  const id = createSandboxId();
  const { clock, orders, errors, watch } = createWorld(9, new ForkdError("sandbox_not_found", { id }));
  watch(new Idler({ expiresAtUnix: 0 }));
  clock.pass(0);
  await new Promise(setImmediate);
  clock.pass(600_000);
  expect([orders.length, errors.length]).toEqual([1, 0]);
});

test("a wall clock that is put forward ends what is over by it within a minute", () => {
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { clock, orders, watch } = createWorld();
  watch(new Idler({ expiresAtUnix: DAY_MS / 1000 }));
  vi.setSystemTime(DAY_MS);
  clock.pass(60_000);
  expect(orders).toHaveLength(1);
});
