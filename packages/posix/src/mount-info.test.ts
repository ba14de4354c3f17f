import { expect, test } from "vitest";
import { listPointsBelow, parseMountInfo, readMounts } from "./mount-info.ts";

const TEXT = [
  "36 35 98:0 / /work/build\\040one/root/proc rw,noatime master:1 - proc proc rw",
  "37 35 98:0 / /work/build\\040oneself rw - ext4 /dev/sda rw,discard",
  "38 35 0:38 /docker/abc /elsewhere rw shared:9 master:2 - cgroup2 cgroup2 rw,nsdelegate",
  "",
].join("\n");

test("reads mounts, with or without optional fields", () => {
  const [, disk, groups, ...others] = parseMountInfo(TEXT);
  expect(disk).toEqual({
    device: "98:0",
    root: "/",
    point: "/work/build oneself",
    type: "ext4",
    options: ["rw", "discard"],
  });
  expect(groups).toMatchObject({ root: "/docker/abc", type: "cgroup2", options: ["rw", "nsdelegate"] });
  expect(others).toEqual([]);
});

test("finds mounts at and below a path, and no others", () => {
  const mounts = parseMountInfo(TEXT);
  expect(listPointsBelow("/work/build one", mounts)).toEqual(["/work/build one/root/proc"]);
  expect(listPointsBelow("/work/build one/root/proc", mounts)).toHaveLength(1);
  expect(listPointsBelow("/nowhere", mounts)).toEqual([]);
});

test("finds proc among the mounts of this process", async () => {
  expect(await readMounts()).toContainEqual(expect.objectContaining({ point: "/proc", type: "proc" }));
});
