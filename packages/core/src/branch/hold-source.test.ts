import { createSnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { Claims } from "../claims/claims.ts";
import type { SnapshotDraft, SnapshotStore } from "../ports/snapshots.ts";
import { holdSource } from "./hold-source.ts";
import { StagedSnapshots } from "./staged-snapshots.ts";
import type { StagedSnapshot } from "./staged-snapshots.ts";

const options = { signal: new AbortController().signal };

test("a staged snapshot whose machine went while it was held is dropped with the hold", async () => {
  const claims = new Claims();
  const staged = new StagedSnapshots(claims, () => {});
  const [id, events] = [createSnapshotId(), [] as string[]];
  const dispose = (): Promise<void> => Promise.resolve(void events.push("dropped"));
  const release = (): Promise<void> => Promise.resolve(void events.push("released"));
  staged.add({ id, [Symbol.asyncDispose]: dispose } as unknown as SnapshotDraft, {} as StagedSnapshot);
  const snapshots = { release } as unknown as SnapshotStore;
  {
    await using _hold = await holdSource({ claims, staged, snapshots }, id, "branch b", options);
    await staged.release(id);
    expect(events).toEqual([]);
  }
  expect(events).toEqual(["dropped", "released"]);
});
