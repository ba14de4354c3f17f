import { expect, onTestFinished, test, vi } from "vitest";
import { parseSince } from "./since.ts";

test.each([
  ["10m", 1_699_999_400_000],
  ["1h30m", 1_699_994_600_000],
  ["1700000000", 1_700_000_000_000],
  ["1700000000.5", 1_700_000_000_500],
  ["2023-11-14T22:13:20Z", 1_700_000_000_000],
])("%s is a moment", (text, unixMs) => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(parseSince(text)).toBe(unixMs);
});

test.each(["", "90", "yesterday", "2023-99-99", "-5m"])("%j is none", (text) => {
  expect(() => parseSince(text)).toThrow("It must be");
});
