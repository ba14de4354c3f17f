import { expect, test } from "vitest";
import { egressSchema } from "./network.ts";

const takes = (text: string): boolean => egressSchema.safeParse([text]).success;

test("a destination is an address, a network, or the name of a domain", () => {
  for (const text of [
    "203.0.113.7",
    "10.0.0.0/8",
    "fd00::/8",
    "pypi.org",
    "*.Example.com",
    "*.internal",
    "_a._b.x-1.co",
    "xn--p1ai.xn--p1ai",
  ])
    expect([text, takes(text)]).toEqual([text, true]);
});

test("and nothing else", () => {
  const odd = [
    "",
    "*",
    "com",
    "*.",
    "a.*.com",
    "**.com",
    "a..com",
    ".com",
    "a.com.",
    "10.0.0.300",
    "10.0.0.0/33",
  ];
  const odder = [
    "a b.com",
    "a/b.com",
    "-a.com",
    "a-.com",
    "ä.com",
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(130)}com`,
  ];
  for (const text of [...odd, ...odder]) expect([text, takes(text)]).toEqual([text, false]);
});
