import { expect, test } from "vitest";
import { startEvents } from "./start-events.ts";

test("events that fail before the first are no stream", async () => {
  const failing = (async function* fail(): AsyncGenerator<number> {
    await Promise.reject(new Error("it cannot start"));
    yield 1;
  })();
  await expect(startEvents(failing)).rejects.toThrow("it cannot start");
});

test("a first event that is long in coming is not waited for, and not lost", async () => {
  const waited = Promise.withResolvers<number>();
  const late = (async function* wait() {
    yield await waited.promise;
    yield 2;
  })();
  const { events, isLate } = await startEvents(late, 1);
  waited.resolve(1);
  expect([isLate, await Array.fromAsync(events)]).toEqual([true, [1, 2]]);
});

test("one that is there is no late one", async () => {
  const there = (async function* begin() {
    yield 1;
  })();
  const { events, isLate } = await startEvents(there);
  expect([isLate, await Array.fromAsync(events)]).toEqual([false, [1]]);
});
