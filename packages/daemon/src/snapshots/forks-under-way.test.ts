import { createSnapshotId } from "@forkd/contract";
import { SandboxRegistry } from "@forkd/core";
import { expect, test } from "vitest";
import { ForksUnderWay } from "./forks-under-way.ts";
import { listInUse } from "./in-use.ts";

test("counts a snapshot as used until the last fork of it is over", () => {
  const forking = new ForksUnderWay();
  const registry = new SandboxRegistry(1, { onError: () => {} });
  const id = createSnapshotId();
  const inUse = () => [...listInUse({ registry, forking }).keys()];
  const first = forking.hold(id);
  {
    using _second = forking.hold(id);
    using _other = forking.hold(createSnapshotId());
    expect(inUse()).toHaveLength(2);
  }
  expect(inUse()).toEqual([id]);
  first[Symbol.dispose]();
  expect(inUse()).toEqual([]);
});
