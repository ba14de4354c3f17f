import { parseMountInfo } from "@forkd/posix";
import { expect, test } from "vitest";
import { findOwnGroup, listMounts } from "./hierarchy.ts";

const HYBRID = [
  "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory",
  "36 31 0:33 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
  "41 31 0:38 /docker/abc /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate",
].join("\n");

test("finds v2 before v1, and of v1 only the controller", () => {
  expect(listMounts(parseMountInfo(HYBRID), "memory")).toEqual([
    { version: 2, root: "/docker/abc", point: "/sys/fs/cgroup/unified" },
    { version: 1, root: "/", point: "/sys/fs/cgroup/memory" },
  ]);
});

test("finds the own group in each tree", () => {
  const cgroups =
    "4:cpuset,memory:/jobs/a:b\n1:name=systemd:/\n0::/user.slice/user@1000.service/forkd.service\n";
  expect(findOwnGroup(cgroups, 2, "memory")).toBe("/user.slice/user@1000.service/forkd.service");
  expect(findOwnGroup(cgroups, 1, "memory")).toBe("/jobs/a:b");
  expect(findOwnGroup("", 2, "memory")).toBe("/");
});
