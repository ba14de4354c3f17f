import { expect, it } from "vitest";
import { keepAliveMs } from "./keep-alive.ts";

it.each([
  [null, 90_000],
  ["50", 50_000],
  ["0", 1000],
  ["-1", 1000],
  ["1e9", 3_600_000],
  ["often", 90_000],
])("takes an interval of %s for %i ms", (asked, ms) => {
  expect(keepAliveMs(asked)).toBe(ms);
});
