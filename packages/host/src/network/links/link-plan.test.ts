import { expect, test } from "vitest";
import { containsRange, parseRange } from "../address-range.ts";
import { HUB_4, LINK_RANGE, MAX_MEMBERS, MEMBERS, chooseMember, findMember } from "./link-plan.ts";

test("each member has an address of the group's range, and none has the group's own", () => {
  const range = parseRange(LINK_RANGE);
  const addresses = MEMBERS.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(MAX_MEMBERS);
  expect(addresses.every((address) => containsRange(range, parseRange(address)))).toBe(true);
  expect(addresses).not.toContain(HUB_4);
  expect(Math.max(...MEMBERS.map(({ hubLink }) => hubLink.length))).toBeLessThanOrEqual(15);
});

test("a member is known by its address and by its link", () => {
  expect(findMember("10.42.1.7")?.member).toBe(7);
  expect(findMember("forkd-m-7")?.member).toBe(7);
  for (const text of ["10.42.1.251", "10.42.1.0", "forkd-m-07", "lo", ""])
    expect(findMember(text)).toBeUndefined();
});

test("a sandbox has the same place whenever that is free, and any other else", () => {
  const first = chooseMember("sb_a", new Set())?.member ?? NaN;
  expect(chooseMember("sb_a", new Set([(first % MAX_MEMBERS) + 1]))?.member).toBe(first);
  const taken = new Set<number>();
  for (let count = 0; count < MAX_MEMBERS; count += 1) taken.add(chooseMember("sb_a", taken)?.member ?? NaN);
  expect(taken.size).toBe(MAX_MEMBERS);
  expect(chooseMember("sb_a", taken)).toBeUndefined();
});
