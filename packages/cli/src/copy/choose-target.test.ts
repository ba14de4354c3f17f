import { expect, test } from "vitest";
import { chooseTarget, refuseClash } from "./choose-target.ts";
import type { Found, Source } from "./endpoints.ts";

const source = (kind: Source["kind"], name: string): Source => ({
  text: name,
  kind,
  name,
  mode: 0o644,
  sizeBytes: undefined,
  open: async function* none() {},
});
const found = (kind: Found["kind"]): Found => ({ kind, mode: 0o755, sizeBytes: 0 });
const spot = (path: string, kind?: Found["kind"], sources = 1) => ({
  path,
  text: path,
  sources,
  found: kind && found(kind),
});

test.each([
  ["a new name", spot("/new"), source("file", "a"), "/new"],
  ["a file that is there", spot("/old", "file"), source("file", "a"), "/old"],
  ["a directory that is there", spot("/srv", "directory"), source("directory", "d"), "/srv/d"],
  ["a directory that is to be made", spot("/new/"), source("file", "a"), "/new/a"],
  ["a directory, for what is in another", spot("/srv", "directory"), source("directory", ""), "/srv"],
])("the target is right for %s", (_, place, from, target) => expect(chooseTarget(place, from)).toBe(target));

test.each([
  ["several sources for a new name", spot("/new", undefined, 2), source("file", "a"), "/new/ is made"],
  ["several sources for a file", spot("/old", "file", 2), source("file", "a"), "a directory"],
  ["a file that is named as a directory", spot("/old/", "file"), source("file", "a"), "the / at its end"],
  ["standard input without a name", spot("/srv", "directory"), source("file", ""), "/srv/NAME"],
])("%s: refused, with what to do", (_, place, from, hint) => {
  expect(() => chooseTarget(place, from)).toThrow(
    expect.objectContaining({ code: "usage", hint: expect.stringContaining(hint) as string }),
  );
});

test("a device is never replaced, nor a directory by a file", () => {
  expect(() => refuseClash(source("file", "a"), "/dev/null", found("special"))).toThrow("is a device");
  expect(() => refuseClash(source("file", "a"), "/srv", found("directory"))).toThrow("is a directory");
  expect(() => refuseClash(source("directory", "d"), "/old", found("file"))).toThrow("is a file");
});
