import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ForkdError, SnapshotId } from "@forkd/contract";
import type { HeldSnapshot } from "@forkd/core";
import { expect, test, vi } from "vitest";
import { PATIENT, storeBranch, storeChain, storeSnapshot } from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

vi.setConfig({ testTimeout: 60_000 });

test("opens what is held under its name, though its tag was removed since", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [, head] = await storeChain(store, "py", 2);
  using held = await store.hold("py-1", "a fork", PATIENT);
  await store.remove("py-1", { dependents: "untag" });
  await store.remove("py-0", { dependents: "untag" });
  const opened = await held.open(PATIENT);
  expect(opened).toMatchObject({ tag: "py-1", manifest: { id: head } });
  for (const path of [opened.memoryPath, ...opened.diskPaths]) expect((await stat(path)).isFile()).toBe(true);
  await expect(store.hold("py-1", "a fork", PATIENT)).rejects.toMatchObject({ code: "snapshot_not_found" });
});

test("keeps what is held, and says by what work", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path, hotGraceMs: 0 });
  const [base, head] = await storeChain(store, "py", 2);
  const loose = await storeBranch(store, null, head as SnapshotId);
  const held = await store.hold(loose, "branch new", PATIENT);
  const { memoryPath } = await held.open(PATIENT);
  await expect(store.remove("py-0", { dependents: "cascade" })).rejects.toMatchObject({
    code: "snapshot_in_use",
    details: { tag: loose, sandboxes: [], work: ["branch new"] },
    message: `snapshot ${loose} is in use; under way: branch new`,
  });
  expect((await store.collectGarbage({ dryRun: false })).removed).toEqual([]);
  await store.release(loose);
  expect((await stat(memoryPath)).isFile()).toBe(true);
  held[Symbol.dispose]();
  await store.remove("py-0", { dependents: "cascade" });
  expect(await readdir(join(scratch.path, "snapshots"))).toEqual([]);
  expect(base).toBeDefined();
});

test("keeps an acknowledged branch's base, though its machine is gone and its tag is removed", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const { manifest } = await storeSnapshot(store, "base");
  {
    using _base = await store.claims.holds.take(manifest.id, "branch one", PATIENT);
    await expect(store.remove("base")).rejects.toMatchObject({ code: "snapshot_in_use" });
    await store.remove("base", { dependents: "untag" });
    await store.release(manifest.id);
    await storeBranch(store, "one", manifest.id);
  }
  await store.open("one", PATIENT);
});

test("either opens what is removed at the same time, or says that it is not there", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const outcomes = new Set<string>();
  for (let round = 0; round < 8; round += 1) {
    await storeChain(store, "py", 2);
    const forks = Array.from({ length: 4 }, () => fork(store.hold("py-1", "a fork", PATIENT)));
    for (let turn = 0; turn < round * 6; turn += 1) await new Promise(setImmediate);
    const removal = store.remove("py-1", { dependents: "untag" });
    for (const result of await Promise.allSettled(forks))
      outcomes.add(result.status === "fulfilled" ? "opened" : (result.reason as ForkdError).code);
    await removal;
    await store.remove("py-0", { dependents: "cascade" });
    await store.collectGarbage({ dryRun: false });
    expect(await readdir(join(scratch.path, "snapshots"))).toEqual([]);
  }
  expect(["opened", "snapshot_not_found"]).toEqual(expect.arrayContaining([...outcomes]));
  expect(outcomes).toContain("opened");
});

/** Opens as a fork does, and needs the files for a while. */
async function fork(holding: Promise<HeldSnapshot>): Promise<void> {
  using held = await holding;
  const { memoryPath, diskPaths } = await held.open(PATIENT);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  await Promise.all([memoryPath, ...diskPaths].map((path) => stat(path)));
}
