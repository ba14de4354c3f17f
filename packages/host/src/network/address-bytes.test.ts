import { expect, test } from "vitest";
import { addressBytes } from "./address-bytes.ts";

test("an address is four or sixteen bytes", () => {
  expect([...addressBytes("203.0.113.7")]).toEqual([203, 0, 113, 7]);
  const [zeros, tail] = [Array<number>(13).fill(0), [0x1f, 0xff]];
  expect([...addressBytes("::1fff")]).toEqual([0, ...zeros, ...tail]);
  expect([...addressBytes("2001:db8::1fff")]).toEqual([0x20, 1, 0xd, 0xb8, ...zeros.slice(3), ...tail]);
  expect([...addressBytes("1:2:3:4:5:6:7::")]).toEqual([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]);
  expect([...addressBytes("1:2:3:4:5:6:7:8")].filter(Boolean)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const text of ["", "1.2.3", "::ffff:1.2.3.4", "fe80::1%eth0", ":::"])
    expect(() => addressBytes(text)).toThrow(RangeError);
});
