import { expect, test } from "vitest";
import { isZero } from "./is-zero.ts";

test.each([0, 1, 2047, 4095])("sees a byte at %i of a page, and none beside the page", (at) => {
  const bytes = Buffer.alloc(3 * 4096, 1).fill(0, 4096, 8192);
  expect(isZero(bytes, 4096, 8192)).toBe(true);
  bytes[4096 + at] = 1;
  expect(isZero(bytes, 4096, 8192)).toBe(false);
});
