import { expect, test } from "vitest";
import { chooseMode } from "./choose-mode.ts";

const pagesOf = (mib: number): number => mib * 256;
const outlook = (dirtyMib: number, liveBlocker?: string) => ({
  dirtyPages: pagesOf(dirtyMib),
  overlayBytes: 0,
  liveBlocker,
});

test.each([
  { dirtyMib: 2, memoryMib: 256, mode: "diff" },
  { dirtyMib: 100, memoryMib: 256, mode: "live" },
  { dirtyMib: 30, memoryMib: 1536, mode: "diff" },
  { dirtyMib: 300, memoryMib: 1536, mode: "live" },
])("takes $mode for $dirtyMib MiB dirty of $memoryMib", ({ dirtyMib, memoryMib, mode }) => {
  expect(chooseMode(outlook(dirtyMib), memoryMib, "diff")).toBe(mode);
});

test("never takes live where it cannot be had", () => {
  expect(chooseMode(outlook(200, "its memory is on ext4"), 256, "full")).toBe("full");
});
