import { expect, test } from "vitest";
import { egressSchema } from "./network.ts";
import { sandboxRequestSchema } from "./sandbox.ts";

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

const complaints = (request: object): string[] =>
  sandboxRequestSchema
    .safeParse({ snapshot_tag: "py", ...request })
    .error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`) ?? [];

test("a group is a label of a name of a host", () => {
  const link = (group: unknown) => complaints({ network: { mode: "netns", link: group } });
  for (const group of ["shop", "_A-1", "x", "x".repeat(63), null])
    expect([group, link(group)]).toEqual([group, []]);
  for (const group of ["", "a.b", "-a", "a-", "x".repeat(64), "a/b", "\u00e4", 7])
    expect([group, link(group)]).toEqual([group, [expect.stringMatching(/^network.link /)]]);
});

test("is linked what has a network namespace, and nothing else", () => {
  const network = { link: "shop" };
  expect(complaints({ network, per_child_netns: true })).toEqual([]);
  for (const mode of ["none", "user"])
    expect(complaints({ network: { ...network, mode } })).toEqual([
      "network.link is of sandboxes with a network namespace: say network.mode netns, under a daemon of root",
    ]);
});
