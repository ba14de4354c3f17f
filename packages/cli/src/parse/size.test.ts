import { expect, test } from "vitest";
import { parseCpus, parseMib, parseRate, parseSize } from "./size.ts";

test.each([
  ["300M", 300 * 1024 ** 2],
  ["1.5GiB", 1.5 * 1024 ** 3],
  ["64kb", 64 * 1024],
])("the size %s has %i bytes", (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each(["300", "M", "-1M", "1e3M", "0M", "1P", "99999999999T", "1M/s", ""])("%j is no size", (text) => {
  expect(() => parseSize(text)).toThrow("300M");
});

test("memory is of whole MiB", () => {
  expect(parseMib("1G")).toBe(1024);
  expect(() => parseMib("1500K")).toThrow("whole MiB");
});

test("a rate may say the second", () => {
  expect(parseRate("10M/s")).toBe(parseRate("10M"));
});

test.each(["0", "0.0", "-1", "1e3", "1.", "x", ""])("%j is no number of CPUs", (text) => {
  expect(() => parseCpus(text)).toThrow("0.5");
});
