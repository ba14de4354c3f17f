import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotDraft } from "@forkd/core";
import { expect, test } from "vitest";
import {
  PATIENT,
  describeSnapshot,
  fillDraft,
  storeBranch,
  storeSnapshot,
} from "../../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import { createSnapshotStore } from "../store.ts";

test("stores a snapshot without a tag, which is opened by its id", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const draft = await store.begin(null);
  await fillDraft(draft);
  const summary = await draft.commit(describeSnapshot(draft.id), PATIENT);
  await draft[Symbol.asyncDispose]();
  expect(summary.tag).toBe(draft.id);
  expect(await store.open(draft.id, PATIENT)).toMatchObject(summary);
  expect(await store.list()).toEqual([]);
  expect(await store.listLinks()).toMatchObject([{ tag: null, manifest: { id: draft.id } }]);
  const restarted = createSnapshotStore({ root: scratch.path });
  expect((await restarted.recover()).removed).toEqual([]);
  await restarted.open(draft.id, PATIENT);
});

test("stages a draft at once, on the overlays of its parent, as no snapshot yet", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const parent = await storeSnapshot(store, "parent");
  await using draft = await store.begin(null);
  await fillDraft(draft);
  const memory = await readFile(draft.memoryPath);
  const description = { ...describeSnapshot(draft.id), parentId: parent.manifest.id };
  const staged = await draft.stage(description, PATIENT);
  expect(staged).toMatchObject({ tag: draft.id, manifest: description });
  expect(staged.diskPaths).toEqual([parent.diskPaths[0], join(staged.directory, "disk.qcow2")]);
  expect((await readFile(staged.memoryPath)).equals(memory)).toBe(true);
  await expect(store.open(draft.id, PATIENT)).rejects.toMatchObject({ code: "snapshot_not_found" });
  expect(await store.listLinks()).toHaveLength(1);
  const { removed } = await store.collectGarbage({ dryRun: false });
  expect(removed).toEqual([]);
});

test("stores a staged draft where it is, so that who opens its files meanwhile finds them", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const parent = await storeSnapshot(store, "parent");
  const description = async (draft: SnapshotDraft) => {
    await fillDraft(draft);
    return { ...describeSnapshot(draft.id), parentId: parent.manifest.id };
  };
  const draft = await store.begin(null);
  const staged = await draft.stage(await description(draft), PATIENT);
  const inodes = async () =>
    Promise.all([staged.memoryPath, ...staged.diskPaths].map(async (p) => (await stat(p)).ino));
  const before = await inodes();
  await draft.commit({ ...describeSnapshot(draft.id), parentId: parent.manifest.id }, PATIENT);
  await expect(store.remove("parent")).rejects.toMatchObject({ details: { dependents: [draft.id] } });
  await draft[Symbol.asyncDispose]();
  expect(await inodes()).toEqual(before);
  const { memoryPath, diskPaths } = await store.open(draft.id, PATIENT);
  expect({ memoryPath, diskPaths }).toEqual({ memoryPath: staged.memoryPath, diskPaths: staged.diskPaths });
  await storeBranch(store, "child", draft.id);
  expect((await store.open("child", PATIENT)).diskPaths).toHaveLength(3);
  expect(await readdir(join(scratch.path, "drafts"))).toEqual([]);
});

test("leaves nothing of a staged draft that is not stored, nor does a crash", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await store.recover();
  const empty = await listTree(scratch.path);
  for (const end of ["dispose", "crash", "failed commit"]) {
    const draft = await store.begin(null);
    await fillDraft(draft);
    await draft.stage(describeSnapshot(draft.id), PATIENT);
    const gone = { ...PATIENT, signal: AbortSignal.abort() };
    if (end === "failed commit") await draft.commit(describeSnapshot(draft.id), gone).catch(() => undefined);
    if (end === "crash") await createSnapshotStore({ root: scratch.path }).recover();
    else await draft[Symbol.asyncDispose]();
    expect(await listTree(scratch.path)).toEqual(empty);
  }
});

test("stores a draft when it is tried again", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  for (const isStaged of [true, false]) {
    await using draft = await store.begin(null);
    await fillDraft(draft);
    const description = describeSnapshot(draft.id);
    if (isStaged) await draft.stage(description, PATIENT);
    const gone = { ...PATIENT, signal: AbortSignal.abort() };
    await expect(draft.commit(description, gone)).rejects.toMatchObject({ code: "cancelled" });
    await draft.commit(description, PATIENT);
    await expect(draft.commit(description, PATIENT)).rejects.toMatchObject({ code: "internal" });
    await store.open(draft.id, PATIENT);
  }
});

test("stages no memory layer, no draft without files, and none on a parent that is gone", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const changes = [
    { change: { memory: { kind: "diff" as const } }, fill: true, code: "internal" },
    { change: {}, fill: false, code: "internal" },
    { change: { parentId: "sn_0123456789abcdef" as never }, fill: true, code: "snapshot_not_found" },
  ];
  for (const { change, fill, code } of changes) {
    await using draft = await store.begin(null);
    if (fill) await fillDraft(draft);
    const staged = draft.stage({ ...describeSnapshot(draft.id), ...change }, PATIENT);
    await expect(staged).rejects.toMatchObject({ code });
  }
  expect(await readdir(join(scratch.path, "drafts"))).toEqual([]);
});
