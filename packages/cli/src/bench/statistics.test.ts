import { expect, test } from "vitest";
import { sample, summarize } from "./statistics.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test.each([
  ["a hundred", upTo(100), { runs: 100, p50: 50, p90: 90, p99: 99, min: 1, max: 100 }],
  ["ten", upTo(10), { runs: 10, p50: 5, p90: 9, p99: 10, min: 1, max: 10 }],
  ["an odd number", upTo(5), { runs: 5, p50: 3, p90: 5, p99: 5, min: 1, max: 5 }],
  ["two", [8, 2], { runs: 2, p50: 2, p90: 8, p99: 8, min: 2, max: 8 }],
  ["one", [7], { runs: 1, p50: 7, p90: 7, p99: 7, min: 7, max: 7 }],
  ["none", [], { runs: 0, p50: NaN, p90: NaN, p99: NaN, min: NaN, max: NaN }],
])("the percentiles of %s are values that were measured", (_, samples, expected) => {
  expect(summarize(samples)).toEqual(expected);
});

test("samples are ordered as numbers, left as they were, and rounded to microseconds", () => {
  const samples = [100, 9, 20.12345];
  expect(summarize(samples)).toMatchObject({ min: 9, p50: 20.123, max: 100 });
  expect(samples).toEqual([100, 9, 20.12345]);
});

test("no run begins after the time is over, but three are made", async () => {
  const slow = () => new Promise((resolve) => setTimeout(resolve, 20));
  expect(await sample(100, slow, 1)).toHaveLength(3);
  expect(await sample(2, slow, 1)).toHaveLength(2);
  expect(await sample(5, slow)).toHaveLength(5);
});

test("runs follow each other, and each has a sample", async () => {
  const events: string[] = [];
  const samples = await sample(2, async (run) => {
    events.push(`begin ${run}`);
    await Promise.resolve();
    events.push(`end ${run}`);
  });
  expect(events).toEqual(["begin 0", "end 0", "begin 1", "end 1"]);
  expect(samples).toHaveLength(2);
  expect(samples.every((ms) => ms >= 0)).toBe(true);
});
