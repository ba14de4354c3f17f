import { expect, test } from "vitest";
import { buildPrefix, isBuildWanted } from "./build-owner.ts";

test("a build is wanted while the process that it names lives, and by nobody who has got its pid since", () => {
  const [, , pid, start] = buildPrefix().split("-");
  expect(isBuildWanted(`${buildPrefix()}abc`)).toBe(true);
  expect(isBuildWanted(`/cache/tmp/${buildPrefix()}abc/root`)).toBe(true);
  expect(isBuildWanted(`forkd-build-${pid}-${Number(start) - 1}-abc`)).toBe(false);
  expect(isBuildWanted(`forkd-build-4194303-${start}-abc`)).toBe(false);
  expect(isBuildWanted(`forkd-build-${process.pid}-abc`)).toBe(false);
  expect(isBuildWanted("/cache/tmp/other")).toBeUndefined();
});
