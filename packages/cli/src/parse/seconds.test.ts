import { expect, test } from "vitest";
import { parseSeconds } from "./seconds.ts";

test.each(["0", "-3", "x", " ", "", "Infinity", "2x", "h", "1h-3m", "2 h", "0s", "1m30"])(
  "%j is no time",
  (text) => {
    expect(() => parseSeconds(text)).toThrow("seconds");
  },
);

test.each([
  ["0.5", 0.5],
  ["90s", 90],
  ["1.5h", 5400],
  ["1h30m", 5400],
  ["2d", 172_800],
  ["250ms", 0.25],
])("%s are %d seconds", (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds);
});
