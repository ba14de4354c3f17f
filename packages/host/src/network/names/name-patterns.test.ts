import { expect, test } from "vitest";
import { markOf, matchName, splitPolicy } from "./name-patterns.ts";

test("a policy is of addresses and of names", () => {
  const policy = ["203.0.113.0/24", "Example.com", "abc.de", "fd00::1", "example.com", "*.a.example"];
  expect(splitPolicy(policy)).toEqual({
    ranges: ["203.0.113.0/24", "fd00::1"],
    names: ["example.com", "abc.de", "*.a.example"],
  });
  for (const word of ["allow", "deny"] as const) expect(splitPolicy(word)).toEqual({ ranges: [], names: [] });
});

test("a star is for one label and more, and for nothing else", () => {
  const patterns = ["example.com", "*.example.com", "*.b.example.com"];
  expect(matchName(patterns, "EXAMPLE.com")).toEqual(["example.com"]);
  expect(matchName(patterns, "a.b.Example.com")).toEqual(["*.example.com", "*.b.example.com"]);
  for (const name of ["", "com", "badexample.com", "example.com.evil.test", ".example.co"])
    expect(matchName(patterns, name)).toEqual([]);
});

test("a mark is a number of 32 bits that is the pattern's own", () => {
  const [one, other] = [markOf("example.com"), markOf("*.example.com")];
  expect(one).toBe(markOf("example.com"));
  expect(one).not.toBe(other);
  for (const mark of [one, other]) expect(mark > 0 && mark < 2 ** 32).toBe(true);
});
