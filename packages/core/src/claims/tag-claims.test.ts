import { expect, test } from "vitest";
import { TagClaims } from "./tag-claims.ts";

test("lists a tag that is being written once it was announced, until it is given back", () => {
  const tags = new TagClaims();
  const claim = tags.take("mid", "being written");
  using _removed = tags.take("old", "being removed");
  expect(tags.listWritten()).toEqual([]);
  claim.announce({ memoryMib: 256, vcpus: 2 });
  expect(tags.listWritten()).toMatchObject([{ tag: "mid", memoryMib: 256, vcpus: 2 }]);
  claim[Symbol.dispose]();
  expect(tags.listWritten()).toEqual([]);
  expect(tags.find("mid")).toBeUndefined();
});

test("a claim that was given back leaves the next one alone", () => {
  const tags = new TagClaims();
  const first = tags.take("mid", "being written");
  first[Symbol.dispose]();
  using _second = tags.take("mid", "being removed");
  first[Symbol.dispose]();
  expect(tags.find("mid")).toBe("being removed");
});
