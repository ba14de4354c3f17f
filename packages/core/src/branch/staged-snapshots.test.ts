import { createSandboxId, createSnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { Claims } from "../claims/claims.ts";
import type { SnapshotUser } from "../claims/holds.ts";
import type { SnapshotDraft } from "../ports/snapshots.ts";
import { StagedSnapshots } from "./staged-snapshots.ts";
import type { StagedSnapshot } from "./staged-snapshots.ts";

const options = { signal: new AbortController().signal, onProgress: () => {} };

function createDraft(events: string[]): SnapshotDraft {
  return {
    id: createSnapshotId(),
    commit: () => Promise.resolve(void events.push("stored")),
    [Symbol.asyncDispose]: () => Promise.resolve(void events.push("dropped")),
  } as unknown as SnapshotDraft;
}

test("is dropped once neither work nor a machine needs it, and not before", async () => {
  const machines: SnapshotUser[] = [];
  const claims = new Claims(() => machines);
  const staged = new StagedSnapshots(claims, () => {});
  const events: string[] = [];
  const draft = createDraft(events);
  {
    using _hold = await claims.holds.take(draft.id, "a fork", options);
    staged.add(draft, {} as StagedSnapshot);
    await staged.release(draft.id);
    machines.push({ id: createSandboxId(), snapshotId: draft.id });
  }
  await staged.release(draft.id);
  expect(events).toEqual([]);
  machines.pop();
  await staged.release(draft.id);
  expect(events).toEqual(["dropped"]);
  expect(staged.list()).toEqual([]);
});

test("is stored once, however many want to stand on it", async () => {
  const staged = new StagedSnapshots(new Claims(), () => {});
  const events: string[] = [];
  const draft = createDraft(events);
  staged.add(draft, {} as StagedSnapshot);
  await Promise.all([staged.store(draft.id, options), staged.store(draft.id, options)]);
  expect(events).toEqual(["stored", "dropped"]);
});
