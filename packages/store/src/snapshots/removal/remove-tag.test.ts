import { readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createSandboxId } from "@forkd/contract";
import type { ForkdError, SnapshotId } from "@forkd/contract";
import { Claims } from "@forkd/core";
import type { SnapshotUser } from "@forkd/core";
import { expect, test } from "vitest";
import {
  PATIENT,
  describeSnapshot,
  fillDraft,
  storeBranch,
  storeChain,
  storeSnapshot,
} from "../../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import { createSnapshotStore } from "../store.ts";

/** A store, and the machines that run from what is in it. */
function openStore(root: string, machines: SnapshotUser[] = []) {
  return { store: createSnapshotStore({ root, claims: new Claims(() => machines) }), machines };
}

function machineOn(snapshotId: SnapshotId | undefined): SnapshotUser {
  return { id: createSandboxId(), snapshotId };
}

test("refuses to remove what others stand on, naming them", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 3);
  const before = await listTree(scratch.path);
  await expect(store.remove("py-0")).rejects.toMatchObject({
    code: "snapshot_has_dependents",
    details: { tag: "py-0", dependents: ["py-1", "py-2"] },
  });
  expect(await listTree(scratch.path)).toEqual(before);
  expect(await store.remove("py-2")).toEqual(["py-2"]);
});

test("removes dependents too when it is told to, and their assembled memory", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeSnapshot(store, "other");
  const before = await listTree(scratch.path);
  const [base, middle] = await storeChain(store, "py", 3);
  await storeBranch(store, "side", base as SnapshotId);
  await storeBranch(store, null, middle as SnapshotId);
  for (const tag of ["py-2", "side"]) await store.open(tag, PATIENT);
  const removed = await store.remove("py-0", { dependents: "cascade" });
  expect(removed.toSorted()).toEqual(["py-0", "py-1", "py-2", "side"]);
  // No tag may lead nowhere in between, so the one that all stand on goes last.
  expect(removed.at(-1)).toBe("py-0");
  expect(await listTree(scratch.path)).toEqual(before);
});

test("removes only the tag when it is told to, and the bytes with the last that needs them", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [base] = await storeChain(store, "py", 3);
  const side = await storeBranch(store, "side", base as SnapshotId);
  expect(await store.remove("py-0", { dependents: "untag" })).toEqual(["py-0"]);
  await store.remove("py-1", { dependents: "untag" });
  await store.open("py-2", PATIENT);
  expect((await store.open(base as SnapshotId, PATIENT)).tag).toBe(base);
  expect((await store.describeFamily("py-2")).chain.map(({ tag }) => tag)).toEqual([null, null, "py-2"]);
  await store.remove("py-2");
  expect(new Set(await readdir(join(scratch.path, "snapshots")))).toEqual(new Set([base, side]));
  await store.remove("side");
  expect(await readdir(join(scratch.path, "snapshots"))).toEqual([]);
});

test("keeps a snapshot without a tag that machines run from, also over a restart", async () => {
  await using scratch = await createScratch();
  const { store, machines } = openStore(scratch.path);
  const [base] = await storeChain(store, "py", 2);
  machines.push(machineOn(base));
  await store.remove("py-0", { dependents: "untag" });
  await store.remove("py-1");
  const restarted = createSnapshotStore({ root: scratch.path });
  expect((await restarted.recover()).removed).toEqual([]);
  await restarted.open(base as SnapshotId, PATIENT);
  await storeBranch(restarted, "again", base as SnapshotId);
});

test("refuses to remove what machines run from, also when it is removed with another", async () => {
  await using scratch = await createScratch();
  const { store, machines } = openStore(scratch.path);
  const [base, head] = await storeChain(store, "py", 2);
  const before = await listTree(scratch.path);
  machines.push(machineOn(head), machineOn(head));
  const sandboxes = machines.map(({ id }) => id);
  const refused = { code: "snapshot_in_use", details: { tag: "py-1", sandboxes, work: [] } };
  await expect(store.remove("py-1")).rejects.toMatchObject(refused);
  await expect(store.remove("py-0", { dependents: "cascade" })).rejects.toMatchObject(refused);
  expect(await listTree(scratch.path)).toEqual(before);
  machines.splice(0, 2, machineOn(base));
  expect(await store.remove("py-1")).toEqual(["py-1"]);
});

test("takes only the tag of what machines run from when it is told to, until garbage is collected", async () => {
  await using scratch = await createScratch();
  const { store, machines } = openStore(scratch.path);
  const { manifest } = await storeSnapshot(store, "py");
  machines.push(machineOn(manifest.id));
  expect(await store.remove("py", { dependents: "untag" })).toEqual(["py"]);
  const { store: restarted } = openStore(scratch.path, machines);
  expect((await restarted.recover()).removed).toEqual([]);
  await storeBranch(restarted, "of-machine", manifest.id);
  await restarted.remove("of-machine");
  expect((await restarted.collectGarbage({ dryRun: false })).removed).toEqual([]);
  machines.pop();
  const { removed } = await restarted.collectGarbage({ dryRun: false });
  expect(removed).toMatchObject([{ kind: "snapshot", name: manifest.id }]);
});

test("counts machines that are started while a removal or collection waits for its turn", async () => {
  await using scratch = await createScratch();
  const { store, machines } = openStore(scratch.path);
  const { manifest } = await storeSnapshot(store, "py");
  const loose = await storeBranch(store, null, manifest.id);
  const removal = store.remove("py", { dependents: "cascade" });
  const collection = store.collectGarbage({ dryRun: false });
  machines.push(machineOn(loose));
  await expect(removal).rejects.toMatchObject({ code: "snapshot_in_use" });
  expect((await collection).removed).toEqual([]);
});

test("keeps a snapshot that has another tag", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 2);
  {
    using exported = await store.exportChain("py-1", PATIENT);
    await using chain = await store.beginImport("second", { replace: false });
    for (const { manifestText } of exported.links) await chain.addLink(manifestText, PATIENT);
    await chain.commit(PATIENT);
  }
  expect(await store.remove("py-1")).toEqual(["py-1"]);
  await store.open("second", PATIENT);
  await store.remove("second");
  expect((await store.list()).map((entry) => entry.status)).toEqual(["ready"]);
});

test("does not remove a parent while a branch on it is being published", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const { manifest } = await storeSnapshot(store, "parent");
  await using draft = await store.begin("child");
  await fillDraft(draft);
  const commit = draft.commit({ ...describeSnapshot(draft.id), parentId: manifest.id }, PATIENT);
  const layers = dirname(draft.memoryPath);
  while (!(await listTree(layers)).includes("manifest.json")) await new Promise(setImmediate);
  await expect(store.remove("parent")).rejects.toMatchObject({ code: "snapshot_has_dependents" });
  await commit;
  await store.open("child", PATIENT);
});

test("either stores a branch on a parent that is being removed, or says that the parent is gone", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const outcomes = new Set<unknown>();
  for (let round = 0; round < 12; round += 1) {
    const { manifest } = await storeSnapshot(store, "parent");
    const branch = storeBranch(store, "child", manifest.id);
    for (let turn = 0; turn < round * 8; turn += 1) await new Promise(setImmediate);
    const [stored, removed] = await Promise.allSettled([branch, store.remove("parent")]);
    outcomes.add([codeOf(stored), codeOf(removed)].join());
    for (const entry of await store.list()) expect(entry.status).toBe("ready");
    const [child] = (await store.listLinks()).filter(({ tag }) => tag === "child");
    if (child) await store.open("child", PATIENT);
    await store.remove(child ? "child" : "parent").catch(() => undefined);
    await store.remove("parent").catch(() => undefined);
    expect(await readdir(join(scratch.path, "snapshots"))).toEqual([]);
  }
  const possible = ["fulfilled,snapshot_has_dependents", "snapshot_not_found,fulfilled"];
  expect(possible).toEqual(expect.arrayContaining([...outcomes]));
});

function codeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === "fulfilled") return result.status;
  return (result.reason as ForkdError).code;
}

test("says snapshot_not_found to those who open a chain that is removed meanwhile", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  for (let round = 0; round < 6; round += 1) {
    await storeChain(store, "py", 3);
    const opened = Array.from({ length: 4 }, () => store.open("py-2", PATIENT));
    for (let turn = 0; turn < round * 10; turn += 1) await new Promise(setImmediate);
    const removed = store.remove("py-0", { dependents: "cascade" });
    const results = await Promise.allSettled(opened);
    expect(["fulfilled", "snapshot_not_found"]).toEqual(expect.arrayContaining(results.map(codeOf)));
    await removed;
    expect(await readdir(join(scratch.path, "hot"))).toEqual([]);
    expect(await readdir(join(scratch.path, "snapshots"))).toEqual([]);
  }
});

test("removes a chain whose base is gone", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [base] = await storeChain(store, "py", 3);
  await rm(join(scratch.path, "snapshots", base as string), { recursive: true });
  await store.remove("py-2");
  await store.remove("py-1");
  expect(await store.list()).toMatchObject([{ status: "failed", tag: "py-0" }]);
});

test("makes a snapshot stand alone with the same content", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 3);
  const before = await store.open("py-2", PATIENT);
  const contents = await readAll([before.memoryPath, before.deviceStatePath, ...before.diskPaths]);
  const summary = await store.compact("py-2", "flat", PATIENT);
  expect(summary.manifest).toMatchObject({ parentId: null, memory: { kind: "full" } });
  expect(summary.manifest.disks).toHaveLength(3);
  await store.remove("py-0", { dependents: "cascade" });
  const after = await store.open("flat", PATIENT);
  expect(after.memoryPath).toBe(join(after.directory, "memory"));
  expect(await readAll([after.memoryPath, after.deviceStatePath, ...after.diskPaths])).toEqual(contents);
  await storeBranch(store, "on-flat", after.manifest.id);
  expect((await store.open("on-flat", PATIENT)).diskPaths).toHaveLength(4);
});

test("leaves nothing of a compaction that cannot be", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 2);
  const before = await listTree(scratch.path);
  const gone = { ...PATIENT, signal: AbortSignal.abort() };
  await expect(store.compact("py-1", "flat", gone)).rejects.toMatchObject({ code: "cancelled" });
  await expect(store.compact("py-1", "py-0", PATIENT)).rejects.toMatchObject({ code: "snapshot_exists" });
  await expect(store.compact("no", "flat", PATIENT)).rejects.toMatchObject({ code: "snapshot_not_found" });
  expect(await listTree(scratch.path)).toEqual(before);
});

async function readAll(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => (await readFile(path)).toString("base64")));
}

test("holds a parent while a staged draft stands on it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const { manifest } = await storeSnapshot(store, "parent");
  {
    await using draft = await store.begin(null);
    await fillDraft(draft);
    await draft.stage({ ...describeSnapshot(draft.id), parentId: manifest.id }, PATIENT);
    await expect(store.remove("parent")).rejects.toMatchObject({
      code: "snapshot_has_dependents",
      details: { dependents: [draft.id] },
    });
    await expect(store.remove("parent", { dependents: "cascade" })).rejects.toMatchObject({
      code: "snapshot_in_use",
    });
    await store.remove("parent", { dependents: "untag" });
    const { removed } = await store.collectGarbage({ dryRun: false });
    expect(removed).toEqual([]);
    // Without its tag it is known by its id, so that what stands on it can be stored.
    expect((await store.open(manifest.id, PATIENT)).manifest.id).toBe(manifest.id);
  }
  const { removed } = await store.collectGarbage({ dryRun: false });
  expect(removed).toMatchObject([{ kind: "snapshot", name: manifest.id }]);
});
