import { readFile, stat, utimes } from "node:fs/promises";
import type { ForkdError, SnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import {
  PATIENT,
  describeSnapshot,
  fillDraft,
  storeChain,
  storeSnapshot,
} from "../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

test("stores a draft whole, read-only, under its tag", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const stored = await storeSnapshot(store, "py");
  const { id } = stored.manifest;
  expect(await listTree(scratch.path)).toEqual([
    "drafts",
    "hot",
    "image-names",
    "image-recipes",
    "images",
    "snapshot-ids",
    "snapshot-tags",
    "snapshot-tags/py",
    "snapshots",
    `snapshots/${id}`,
    ...["device-state", "disk.qcow2", "manifest.json", "memory", "verified.json"].map(
      (n) => `snapshots/${id}/${n}`,
    ),
  ]);
  for (const path of [stored.deviceStatePath, ...stored.diskPaths])
    expect((await stat(path)).mode & 0o777).toBe(0o400);
  expect((await stat(stored.memoryPath)).mode & 0o777).toBe(0o600);
  expect((await stat(stored.directory)).mode & 0o777).toBe(0o700);
  expect(stored.physicalBytes).toBeLessThan(400_000);
  expect(await store.open("py", PATIENT)).toEqual(stored);
  const { memoryPath: _, deviceStatePath: __, diskPaths: ___, ...summary } = stored;
  expect(await store.list()).toEqual([{ status: "ready", snapshot: summary }]);
});

test("takes a tag for one draft at a time and gives it back", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => store.begin("py")));
  const drafts = attempts.filter((attempt) => attempt.status === "fulfilled");
  expect(drafts).toHaveLength(1);
  await expect(store.begin("py")).rejects.toMatchObject({ code: "snapshot_exists" });
  await drafts[0]?.value[Symbol.asyncDispose]();
  expect(await listTree(`${scratch.path}/drafts`)).toEqual([]);
  await storeSnapshot(store, "py");
  await expect(store.begin("py")).rejects.toMatchObject({ code: "snapshot_exists" });
});

test("does not give a tag back that another draft has taken since", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const first = await store.begin("py");
  await fillDraft(first);
  await first.commit(describeSnapshot(first.id), PATIENT);
  await store.remove("py");
  await using _ = await store.begin("py");
  await first[Symbol.asyncDispose]();
  await expect(store.begin("py")).rejects.toMatchObject({ code: "snapshot_exists" });
});

test("lets a commit end before its draft is disposed of", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const draft = await store.begin("py");
  await fillDraft(draft);
  const commit = draft.commit(describeSnapshot(draft.id), PATIENT);
  await draft[Symbol.asyncDispose]();
  expect(await store.open("py", PATIENT)).toMatchObject(await commit);
});

test("neither opens nor removes nor lists a tag that is being written", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await using draft = await store.begin("py");
  await fillDraft(draft);
  const refusal = { code: "snapshot_not_ready", details: { tag: "py", status: "being written" } };
  await expect(store.open("py", PATIENT)).rejects.toMatchObject(refusal);
  await expect(store.remove("py")).rejects.toMatchObject(refusal);
  expect(await store.list()).toEqual([]);
});

test("leaves nothing of a draft that is abandoned, incomplete, cancelled or wrongly described", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await store.recover();
  const empty = await listTree(scratch.path);
  const gone = { ...PATIENT, signal: AbortSignal.abort() };
  const commits = [
    { fill: true, change: {}, options: gone, code: "cancelled" },
    { fill: false, change: {}, options: PATIENT, code: "internal" },
    { fill: true, change: { id: "sn_0123456789abcdef" as never }, options: PATIENT, code: "internal" },
  ];
  for (const { fill, change, options, code } of commits) {
    await using draft = await store.begin("py");
    if (fill) await fillDraft(draft);
    const commit = draft.commit({ ...describeSnapshot(draft.id), ...change }, options);
    await expect(commit).rejects.toMatchObject({ code });
    await draft[Symbol.asyncDispose]();
    expect(await listTree(scratch.path)).toEqual(empty);
  }
  {
    await using draft = await store.begin("py");
    await fillDraft(draft);
  }
  expect(await listTree(scratch.path)).toEqual(empty);
});

test("removes a snapshot with its tag, once, also while others open it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeSnapshot(store, "py");
  const opened = [store.open("py", PATIENT), store.open("py", PATIENT)];
  const results = await Promise.allSettled([...opened, store.remove("py"), store.remove("py")]);
  const failures = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as ForkdError] : [],
  );
  expect(["snapshot_not_found", "snapshot_not_ready"]).toEqual(
    expect.arrayContaining(failures.map(({ code }) => code)),
  );
  expect(results[2]?.status).toBe("fulfilled");
  await expect(store.open("py", PATIENT)).rejects.toMatchObject({ code: "snapshot_not_found" });
  await expect(store.remove("py")).rejects.toMatchObject({ code: "snapshot_not_found" });
  expect(await listTree(`${scratch.path}/snapshots`)).toEqual([]);
  expect(await listTree(`${scratch.path}/drafts`)).toEqual([]);
  await storeSnapshot(store, "py");
});

test.each(["", ".", "..", "../x", "a/b", "a\0b", "-a", "x".repeat(65)])(
  "refuses the tag %j before it becomes a file name",
  async (tag) => {
    await using scratch = await createScratch();
    const store = createSnapshotStore({ root: scratch.path });
    for (const call of [store.begin(tag), store.open(tag, PATIENT), store.remove(tag)])
      await expect(call).rejects.toMatchObject({ code: "invalid_request" });
    expect(await listTree(scratch.path)).toEqual([]);
  },
);

test("refuses a tag that looks like the id of a snapshot", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await expect(store.begin("sn_0123456789abcdef")).rejects.toMatchObject({ code: "invalid_request" });
  await expect(store.compact("py", "sn_0123456789abcdef", PATIENT)).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("remembers what was verified across a restart, until a file changes", async () => {
  await using scratch = await createScratch();
  const { directory, memoryPath } = await storeSnapshot(createSnapshotStore({ root: scratch.path }), "py");
  const record = `${directory}/verified.json`;
  const before = await readFile(record, "utf8");
  await createSnapshotStore({ root: scratch.path }).open("py", PATIENT);
  expect(await readFile(record, "utf8")).toBe(before);
  await utimes(memoryPath, 1, 1);
  await createSnapshotStore({ root: scratch.path }).open("py", PATIENT);
  expect(await readFile(record, "utf8")).not.toBe(before);
});

test("gives the manifest of a snapshot by its id, whether it has a tag or others stand on it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [base, head] = (await storeChain(store, "py", 2)) as [SnapshotId, SnapshotId];
  await store.remove("py-0", { dependents: "untag" });
  const fresh = createSnapshotStore({ root: scratch.path });
  expect(await fresh.readManifest(head)).toMatchObject({ id: head, parentId: base });
  expect(await fresh.readManifest(base)).toMatchObject({ id: base, parentId: null });
  await fresh.remove("py-1");
  await expect(fresh.readManifest(head)).rejects.toMatchObject({ code: "snapshot_not_found" });
});
