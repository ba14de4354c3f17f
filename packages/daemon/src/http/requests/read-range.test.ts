import { expect, test } from "vitest";
import { readRange } from "./read-range.ts";

test.each([
  ["bytes=0-", { offset: 0 }],
  ["bytes=5-9", { offset: 5, length: 5 }],
  ["bytes=7-7", { offset: 7, length: 1 }],
  ["bytes=-4", { tail: 4 }],
  ["bytes=-0", { tail: 0 }],
])("%s is a part of a file", (range, wanted) => {
  expect(readRange({ range })).toEqual(wanted);
});

test.each([
  "bytes=-",
  "bytes=9-5",
  "bytes=0-1,3-4",
  "lines=1-2",
  "bytes=a-b",
  "bytes=1-9999999999999999",
  "",
])("%s is ignored", (range) => {
  expect(readRange({ range })).toBeUndefined();
});

test("a range with a condition is ignored, and so is none", () => {
  expect(readRange({ range: "bytes=1-2", "if-range": '"tag"' })).toBeUndefined();
  expect(readRange({})).toBeUndefined();
});
