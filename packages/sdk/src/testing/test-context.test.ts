import { expect, test } from "vitest";
import { endOf, onTestEnd } from "./test-context.ts";
import type { TestEnd } from "./test-context.ts";

const ends: TestEnd[] = [];
const note = async (end: TestEnd): Promise<void> => void ends.push(end);

test("a test that passes", (context) => {
  onTestEnd(context, note);
  expect(ends).toEqual([]);
});

test("its end is told with its name", () => {
  expect(ends).toEqual([{ name: "a test that passes", failed: false }]);
});

test("a failure is told by what either runner says of it", async () => {
  const told: TestEnd[] = [];
  const finishers: (() => Promise<void>)[] = [];
  const later = (finish: () => Promise<void>): void => void finishers.push(finish);
  const keep = async (end: TestEnd): Promise<void> => void told.push(end);
  onTestEnd({ task: { name: "a", result: { state: "fail" } }, onTestFinished: later }, keep);
  onTestEnd({ name: "b", passed: false, after: later }, keep);
  onTestEnd({ name: "c", passed: true, after: later }, keep);
  for (const finish of finishers) await finish();
  expect(told).toEqual([
    { name: "a", failed: true },
    { name: "b", failed: true },
    { name: "c", failed: false },
  ]);
});

test("a test of Vitest that is to fail fails by passing", () => {
  expect(endOf({ name: "a", fails: true, result: { state: "fail" } }).failed).toBe(false);
  expect(endOf({ name: "a", fails: true, result: { state: "pass" } }).failed).toBe(true);
  expect(endOf({ name: "a", fails: true, result: { state: "skip" } }).failed).toBe(false);
});
