import { expect, test } from "vitest";
import { NEVER } from "../concurrency/abort.ts";
import { keepClocks } from "./keep-clocks.ts";
import type { ClockOwner } from "./keep-clocks.ts";

test("guests that do not answer, even to an abort, are given up, and the others are looked at", async () => {
  const hung: ClockOwner = { keepClock: () => new Promise(() => {}) };
  const failing: ClockOwner = { keepClock: () => Promise.reject(new Error("gone")) };
  let looked = 0;
  const fine: ClockOwner = {
    keepClock: async () => {
      looked += 1;
      await Promise.resolve();
    },
  };
  await keepClocks([...Array.from({ length: 40 }, () => hung), failing, fine], { signal: NEVER });
  expect(looked).toBe(1);
});

test("whoever calls it off waits for nobody", async () => {
  const hung: ClockOwner = { keepClock: () => new Promise(() => {}) };
  const startedAt = performance.now();
  await keepClocks([hung], { signal: AbortSignal.abort() });
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
