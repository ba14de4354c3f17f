import { expect, test } from "vitest";
import { ForkdError } from "@forkd/contract";
import { limitsOf } from "../model/limits.ts";
import type { DiskLimits } from "../ports/engine.ts";
import type { LimitChange } from "../ports/limits.ts";
import { changeLimits } from "./change-limits.ts";

const options = { signal: new AbortController().signal };
const from = limitsOf({ cpu_limit: 1 });
const to = limitsOf({ cpu_limit: 2, disk_read_ops_per_sec: 5 });

test("limits of the host are taken back where those of the disk cannot be put in force", async () => {
  const host: (number | null)[] = [];
  const disk: (number | null)[] = [];
  const refusal = new ForkdError("limit_unavailable", { limit: "disk", why: "no disk" });
  const machine = {
    pid: 1,
    limitDisk: ({ diskReadOpsPerSec }: DiskLimits) => {
      disk.push(diskReadOpsPerSec);
      return diskReadOpsPerSec === null ? Promise.resolve() : Promise.reject(refusal);
    },
  };
  const group = { change: (change: LimitChange) => Promise.resolve(void host.push(change.to.cpuLimit)) };
  await expect(changeLimits(machine, group, { from, to }, options)).rejects.toBe(refusal);
  expect(host).toEqual([2, 1]);
  expect(disk).toEqual([5, null]);
});

test("a disk whose limits stay as they are is not spoken to", async () => {
  const machine = { pid: 1, limitDisk: () => Promise.reject(new Error("it was")) };
  const group = { change: () => Promise.resolve() };
  const asked = changeLimits(machine, group, { from, to: limitsOf({ cpu_limit: 3 }, from) }, options);
  await expect(asked).resolves.toBeUndefined();
});
