import { expect, test } from "vitest";
import { formatRange, mergeRanges, overlapsRange, parseRange } from "./address-range.ts";

test("takes networks and single addresses of both families", () => {
  expect(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"].map((text) => formatRange(parseRange(text)))).toEqual(
    ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8", "::1/128"],
  );
});

test("refuses what is neither", () => {
  for (const text of [
    "",
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.0/",
    "fe80::1%eth0",
    "10.0.0.0/8/8",
    "10.0.0.0/+8",
  ])
    expect(() => parseRange(text)).toThrow(RangeError);
});

test("leaves out what another contains", () => {
  const ranges = ["10.1.0.0/16", "10.0.0.0/8", "::/0", "fd00::1", "10.0.0.0/8"].map(parseRange);
  expect(mergeRanges(ranges).map(formatRange)).toEqual(["::/0", "10.0.0.0/8"]);
});

test("tells ranges that have an address in common", () => {
  const overlap = (one: string, other: string): boolean => overlapsRange(parseRange(one), parseRange(other));
  expect(overlap("10.43.0.0/16", "10.43.7.0/24")).toBe(true);
  expect(overlap("10.43.7.0/24", "10.43.0.0/16")).toBe(true);
  expect(overlap("10.43.0.0/16", "10.44.0.0/16")).toBe(false);
  expect(overlap("0.0.0.0/0", "::/0")).toBe(false);
});
