import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { TestClock } from "../../test/test-clock.ts";
import { Activity } from "./activity.ts";

test("it is idle since the end of the last use", () => {
  const clock = new TestClock();
  const activity = new Activity(clock);
  clock.pass(5);
  expect(activity.idleMs).toBe(5);
  const [first, second] = [activity.use(), activity.use()];
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  clock.pass(5);
  expect(activity.idleMs).toBe(0);
  second[Symbol.dispose]();
  clock.pass(3);
  expect(activity.idleMs).toBe(3);
});

test("a stream that comes of work is used until it is closed, whatever ends it", async () => {
  const clock = new TestClock();
  const activity = new Activity(clock);
  for (const end of [(stream: PassThrough) => stream.destroy(), (stream: PassThrough) => stream.end()]) {
    const stream = await activity.track(() => Promise.resolve(new PassThrough()));
    clock.pass(5);
    expect(activity.idleMs).toBe(0);
    end(stream.resume());
    await new Promise((resolve) => stream.once("close", resolve));
    clock.pass(2);
    expect(activity.idleMs).toBe(2);
  }
});

test("work that fails is over", async () => {
  const clock = new TestClock();
  const activity = new Activity(clock);
  await expect(activity.track(() => Promise.reject(new Error("it failed")))).rejects.toThrow("failed");
  clock.pass(2);
  expect(activity.idleMs).toBe(2);
});

test("a use that is noticed later counts from when it was, and takes none back", () => {
  const clock = new TestClock();
  const activity = new Activity(clock);
  clock.pass(10);
  activity.noteUse(12);
  expect([activity.idleMs, activity.wasUsed]).toEqual([10, false]);
  activity.noteUse(4);
  expect([activity.idleMs, activity.wasUsed]).toEqual([4, true]);
  activity.noteUse(7);
  expect(activity.idleMs).toBe(4);
});
