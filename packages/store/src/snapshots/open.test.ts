import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotId } from "@forkd/contract";
import { UNRECORDED_DEVICES } from "@forkd/core";
import { expect, test } from "vitest";
import {
  PATIENT,
  applyPages,
  describeSnapshot,
  fillDraft,
  randomPages,
  readMemory,
  storeBranch,
  storeChain,
  storeSnapshot,
} from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

test("assembles the memory of a chain of three, and gives the overlays of all", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const base = await storeSnapshot(store, "base");
  const layers = [randomPages(1, 40), randomPages(1, 40)] as const;
  const middle = await storeBranch(store, "middle", base.manifest.id, { pages: layers[0] });
  const head = await storeBranch(store, "head", middle, { pages: layers[1] });
  const expected = applyPages(applyPages(await readFile(base.memoryPath), layers[0]), layers[1]);
  const opened = await store.open("head", PATIENT);
  expect((await readFile(opened.memoryPath)).equals(expected)).toBe(true);
  expect(opened.memoryPath).toBe(join(scratch.path, "hot", head));
  expect((await stat(opened.memoryPath)).mode & 0o777).toBe(0o600);
  expect(opened.deviceStatePath).toBe(join(opened.directory, "device-state"));
  expect(opened.diskPaths).toEqual(
    [base.manifest.id, middle, head].map((id) => join(scratch.path, "snapshots", id, "disk.qcow2")),
  );
  expect(await store.open(head, PATIENT)).toEqual(opened);
  expect(await readdir(join(scratch.path, "hot"))).toEqual([head]);
});

test("opens a snapshot of format 1, written before there were chains, and leaves its manifest as it is", async () => {
  await using scratch = await createScratch();
  const id = "sn_0123456789abcdef";
  const directory = join(scratch.path, "snapshots", id);
  await mkdir(directory, { recursive: true });
  await mkdir(join(scratch.path, "snapshot-tags"));
  const memory = await writeLayer(join(directory, "memory"), Buffer.alloc(1024 * 1024, 7));
  const deviceState = await writeLayer(join(directory, "device-state"), Buffer.from("state"));
  const disk = await writeLayer(join(directory, "disk.qcow2"), Buffer.from("disk"));
  const { engine, kernel, image, recipe } = describeSnapshot(id as SnapshotId);
  const text = JSON.stringify({
    agentVersion: "0.1.0",
    buildMs: 4000,
    createdAtUnix: 1_764_000_000,
    deviceState,
    disks: [disk],
    engine,
    formatVersion: 1,
    id,
    image,
    kernel,
    lineage: null,
    memory: { ...memory, kind: "full" },
    memoryMib: 1,
    parentId: null,
    recipe,
    vcpus: 1,
  });
  const { sha256: manifestSha256 } = await writeLayer(join(directory, "manifest.json"), Buffer.from(text));
  await writeFile(join(scratch.path, "snapshot-tags/py"), JSON.stringify({ id, manifestSha256 }));
  const store = createSnapshotStore({ root: scratch.path });
  await store.recover();
  expect((await readMemory(store, "py")).equals(Buffer.alloc(1024 * 1024, 7))).toBe(true);
  await storeBranch(store, "branch", id as SnapshotId);
  const branch = await store.open("branch", PATIENT);
  expect(branch.manifest).toMatchObject({ formatVersion: 2, parentManifestSha256: manifestSha256 });
  expect((await store.open("py", PATIENT)).manifest).toMatchObject({
    formatVersion: 1,
    devices: UNRECORDED_DEVICES,
  });
  expect(await readFile(join(directory, "manifest.json"), "utf8")).toBe(text);
});

async function writeLayer(path: string, bytes: Buffer): Promise<{ sha256: string; sizeBytes: number }> {
  await writeFile(path, bytes);
  return { sha256: createHash("sha256").update(bytes).digest("hex"), sizeBytes: bytes.length };
}

test("gives a branch with whole memory its own file, on the overlays of its parent", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [base] = await storeChain(store, "py", 1);
  const parentId = base as SnapshotId;
  const live = { sandboxId: "sb_0123456789abcdef", mode: "live", pauseMs: 7 } as const;
  await using draft = await store.begin("live");
  await fillDraft(draft);
  await draft.commit({ ...describeSnapshot(draft.id), parentId, lineage: live }, PATIENT);
  const opened = await store.open("live", PATIENT);
  expect(opened.memoryPath).toBe(join(opened.directory, "memory"));
  expect(opened.diskPaths).toHaveLength(2);
  expect(opened.manifest.lineage).toEqual(live);
});

test("assembles a chain on the nearest ancestor whose memory is whole already", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const ids = await storeChain(store, "py", 3);
  const before = await readMemory(store, "py-1");
  const pages = randomPages(1, 10);
  await storeBranch(store, "head", ids[1] as SnapshotId, { pages });
  expect((await readMemory(store, "head")).equals(applyPages(before, pages))).toBe(true);
});

test("opens a chain of 32 and refuses the 33rd", { timeout: 180_000 }, async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const ids = await storeChain(store, "py", 32);
  const opened = await store.open("py-31", PATIENT);
  expect(opened.diskPaths).toHaveLength(32);
  await expect(storeBranch(store, "deeper", ids[31] as SnapshotId)).rejects.toMatchObject({
    code: "chain_too_deep",
    details: { tag: "deeper", depth: 33, limit: 32 },
  });
  expect(await readdir(join(scratch.path, "drafts"))).toEqual([]);
  expect((await store.list()).length).toBe(32);
});

test("assembles once for all who open at the same time, and never again", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 3);
  const opened = await Promise.all(Array.from({ length: 20 }, () => store.open("py-2", PATIENT)));
  expect(new Set(opened.map(({ memoryPath }) => memoryPath)).size).toBe(1);
  const { ino } = await stat(opened[0]?.memoryPath ?? "");
  await store.open("py-2", PATIENT);
  expect((await stat(opened[0]?.memoryPath ?? "")).ino).toBe(ino);
  const hotPath = join(scratch.path, "hot");
  expect(await readdir(hotPath)).toHaveLength(1);
});

test("assembles anew what was removed or altered", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 2);
  const { memoryPath } = await store.open("py-1", PATIENT);
  const whole = await readFile(memoryPath);
  await rm(memoryPath);
  expect((await readMemory(store, "py-1")).equals(whole)).toBe(true);
  await writeFile(memoryPath, Buffer.alloc(whole.length));
  expect((await readMemory(store, "py-1")).equals(whole)).toBe(true);
});

test("gives up an assembly with its last caller, and leaves nothing of it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 2);
  const gone = new AbortController();
  const opened = store.open("py-1", { signal: gone.signal });
  gone.abort();
  await expect(opened).rejects.toMatchObject({ code: "cancelled" });
  expect(await readdir(join(scratch.path, "hot"))).toEqual([]);
  await store.open("py-1", PATIENT);
});
