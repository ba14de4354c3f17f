import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { PATIENCE } from "../harness/patience.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start({ env: { FORKD_CLOCK_SECS: "1" } });
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** Longer than it takes until a clock is looked at. */
const INTERVAL_MS = 2500;

/** Sets the guest's wall clock so much further. */
async function shift(child: Sandbox, ms: number): Promise<void> {
  const { error } = await child.eval(
    `import time; time.clock_settime(time.CLOCK_REALTIME, time.time() + ${ms / 1000})`,
  );
  expect(error).toBeNull();
}

test("a wall clock that went wrong is set", async () => {
  await using child = await forkOne(daemon);
  await shift(child, -5000);
  await vi.waitFor(async () => expect(await clockErrorOf(child)).toBeLessThan(50), PATIENCE);
});

test("a wall clock that drifts is made to run faster, and does not jump", async () => {
  await using child = await forkOne(daemon);
  const pending = `import ctypes
left = (ctypes.c_long * 2)()
ctypes.CDLL(None).adjtime(None, left)
left[0] * 1_000_000 + left[1]`;
  await shift(child, -15);
  await vi.waitFor(
    async () => {
      const leftUs = Number((await child.eval(pending)).result);
      // On a busy host it may have been set.
      if (leftUs === 0) await shift(child, -15 - (await child.ping()).clockOffsetMs);
      expect(leftUs).toBeGreaterThan(1000);
    },
    { ...PATIENCE, interval: INTERVAL_MS },
  );
});

test("a guest that stands still is left alone", async () => {
  await using still = await forkOne(daemon);
  await using child = await forkOne(daemon);
  await still.pause();
  await shift(child, -5000);
  await vi.waitFor(async () => expect(await clockErrorOf(child)).toBeLessThan(50), PATIENCE);
  expect(await still.refresh()).toMatchObject({ status: "paused" });
});
