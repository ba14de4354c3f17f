import { createHash } from "node:crypto";
import { copyFile, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSandboxId } from "@forkd/contract";
import type { ForkdError } from "@forkd/contract";
import { Claims } from "@forkd/core";
import type { SnapshotStore, SnapshotUser } from "@forkd/core";
import { expect, test } from "vitest";
import {
  PATIENT,
  encodeLayer,
  randomPages,
  readMemory,
  storeBranch,
  storeChain,
  storeSnapshot,
} from "../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";
import type { ExportedLink, ImportedLink, PortableSnapshots } from "./portable-snapshots.ts";

type Store = SnapshotStore & PortableSnapshots;

/** Copies the files of a link to where an import wants them. */
async function copyFiles(from: ExportedLink, to: ImportedLink): Promise<void> {
  for (const file of to.files) {
    const source = from.files.find(({ name }) => name === file.name);
    await copyFile(source?.path ?? "", file.path);
  }
}

async function linksOf(from: Store, reference: string): Promise<readonly ExportedLink[]> {
  using chain = await from.exportChain(reference, PATIENT);
  return chain.links;
}

async function transfer(from: Store, to: Store, tag: string, options = { replace: false }): Promise<void> {
  const links = await linksOf(from, tag);
  await using chain = await to.beginImport(tag, options);
  for (const link of links) await copyFiles(link, await chain.addLink(link.manifestText, PATIENT));
  await chain.commit(PATIENT);
}

test("exports a chain with every file that it has, each once", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const ids = await storeChain(store, "py", 3);
  const links = await linksOf(store, "py-2");
  expect(links.map(({ tag, manifest }) => [tag, manifest.id])).toEqual(
    ids.map((id, level) => [`py-${level}`, id]),
  );
  expect(links.map(({ files }) => files.map(({ role, name }) => [role, name]))).toEqual([
    [
      ["memory", "memory"],
      ["device-state", "device-state"],
      ["disk", "disk.qcow2"],
    ],
    ...[1, 2].map(() => [
      ["memory-layer", "memory.layer"],
      ["device-state", "device-state"],
      ["disk", "disk.qcow2"],
    ]),
  ]);
  for (const { files } of links)
    for (const { path, sizeBytes } of files) expect((await readFile(path)).length).toBe(sizeBytes);
});

test("brings a chain into another store under one tag, with the same ids and content", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const target = createSnapshotStore({ root: to.path });
  await storeChain(source, "py", 3);
  await transfer(source, target, "py-2");
  expect((await readMemory(target, "py-2")).equals(await readMemory(source, "py-2"))).toBe(true);
  const family = await target.describeFamily("py-2");
  expect(family.chain.map(({ tag }) => tag)).toEqual([null, null, "py-2"]);
  expect(await readdir(join(to.path, "drafts"))).toEqual([]);
  const restarted = createSnapshotStore({ root: to.path });
  expect((await restarted.recover()).removed).toEqual([expect.stringMatching(/^hot\//)]);
  await restarted.remove("py-2");
  expect(await readdir(join(to.path, "snapshots"))).toEqual([]);
});

test("uses links that are there, and writes one that is damaged anew", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const target = createSnapshotStore({ root: to.path });
  const ids = await storeChain(source, "py", 3);
  await transfer(source, target, "py-1");
  await rm(join(to.path, "snapshots", ids[0] as string, "memory"));
  const links = await linksOf(source, "py-2");
  await using chain = await target.beginImport("py-2", { replace: false });
  const presence: boolean[] = [];
  for (const link of links) {
    const added = await chain.addLink(link.manifestText, PATIENT);
    presence.push(added.isPresent);
    await copyFiles(link, added);
  }
  expect(presence).toEqual([false, true, false]);
  await chain.commit(PATIENT);
  for (const tag of ["py-1", "py-2"])
    expect((await readMemory(target, tag)).equals(await readMemory(source, tag))).toBe(true);
});

test("replaces a tag in one step, and keeps what runs or is stood on of the old chain", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const machines: SnapshotUser[] = [];
  const target = createSnapshotStore({ root: to.path, claims: new Claims(() => machines) });
  await storeSnapshot(source, "py");
  const { manifest: old } = await storeSnapshot(target, "py");
  machines.push({ id: createSandboxId(), snapshotId: old.id });
  await expect(target.beginImport("py", { replace: false })).rejects.toMatchObject({
    code: "snapshot_exists",
  });
  {
    await using chain = await target.beginImport("py", { replace: true });
    expect((await target.open("py", PATIENT)).manifest.id).toBe(old.id);
    await expect(target.remove("py")).rejects.toMatchObject({ code: "snapshot_not_ready" });
    await expect(target.begin("py")).rejects.toMatchObject({ code: "snapshot_exists" });
    for (const link of await linksOf(source, "py"))
      await copyFiles(link, await chain.addLink(link.manifestText, PATIENT));
    await chain.commit(PATIENT);
  }
  expect((await target.open("py", PATIENT)).manifest.id).not.toBe(old.id);
  await createSnapshotStore({ root: to.path }).recover();
  await target.open(old.id, PATIENT);
  const { manifest: next } = await storeSnapshot(createSnapshotStore({ root: from.path }), "next");
  await storeBranch(target, "stands", old.id);
  expect(next.id).not.toBe(old.id);
  machines.pop();
  await target.collectGarbage({ dryRun: false });
  await target.open("stands", PATIENT);
});

/** Stored files are not ours to write to, unless we are root. */
async function putInPlace(path: string, bytes: Uint8Array): Promise<void> {
  await rm(path);
  await writeFile(path, bytes);
}

test("leaves the old snapshot under its tag when the new one cannot be brought in", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const target = createSnapshotStore({ root: to.path });
  await storeChain(source, "py", 2);
  await storeSnapshot(target, "py-1");
  const before = await listTree(to.path);
  const damages: unknown[] = [];
  for (const damage of ["altered", "short", "missing", "abandoned"]) {
    await using chain = await target.beginImport("py-1", { replace: true });
    for (const link of await linksOf(source, "py-1")) {
      const added = await chain.addLink(link.manifestText, PATIENT);
      await copyFiles(link, added);
      const layer = added.files.find(({ role }) => role === "memory-layer");
      if (layer === undefined) continue;
      const bytes = await readFile(layer.path);
      if (damage === "altered") {
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        await putInPlace(layer.path, bytes);
      }
      if (damage === "short") await putInPlace(layer.path, bytes.subarray(0, 4096));
      if (damage === "missing") await rm(layer.path);
    }
    damages.push(damage === "abandoned" ? undefined : await damageOf(chain.commit(PATIENT)));
    await chain[Symbol.asyncDispose]();
    expect(await listTree(to.path)).toEqual(before);
  }
  const wrongLayer = { tag: "py-1", file: "memory.layer" };
  expect(damages).toMatchObject([wrongLayer, wrongLayer, wrongLayer, undefined]);
  await target.open("py-1", PATIENT);
});

async function damageOf(work: Promise<unknown>): Promise<unknown> {
  const [result] = await Promise.allSettled([work]);
  const error = result.status === "rejected" && (result.reason as ForkdError);
  return error && error.code === "snapshot_corrupt" ? error.details : result;
}

test.each([
  ["is no JSON", () => "{", /is not JSON/],
  ["has another field", (text: string) => text.replace("{", '{"path":"/etc",'), /Unrecognized key/],
  [
    "is that of a snapshot with a parent",
    (_: string, child: string) => child,
    /has the parent sn_.*, not null/,
  ],
  ["is too large", () => " ".repeat(16 * 1024 * 1024 + 1), /bytes, more than/],
])("refuses a manifest that %s", async (_, change, why) => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  await storeChain(source, "py", 2);
  const [base, child] = await linksOf(source, "py-1");
  await using chain = await createSnapshotStore({ root: to.path }).beginImport("py", { replace: false });
  const added = chain.addLink(change(base?.manifestText ?? "", child?.manifestText ?? ""), PATIENT);
  await expect(added).rejects.toMatchObject({
    code: "snapshot_corrupt",
    details: { tag: "py", file: "manifest.json", why: expect.stringMatching(why) as unknown },
  });
});

test("refuses a link that pins another parent than the one before, or comes twice", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  await storeChain(source, "py", 2);
  const [base, child] = (await linksOf(source, "py-1")).map(({ manifestText }) => manifestText);
  await using chain = await createSnapshotStore({ root: to.path }).beginImport("py", { replace: false });
  await chain.addLink((base ?? "").replace('"vcpus":1', '"vcpus":2'), PATIENT);
  await expect(chain.addLink(child ?? "", PATIENT)).rejects.toThrow(/pins another manifest/);
  await expect(chain.addLink(base ?? "", PATIENT)).rejects.toThrow(/has the parent null, not sn_/);
});

test("refuses the id of another snapshot that is stored here", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const target = createSnapshotStore({ root: to.path });
  await storeChain(source, "py", 1);
  await transfer(source, target, "py-0");
  const [base] = await linksOf(source, "py-0");
  await using chain = await target.beginImport("other", { replace: false });
  await expect(
    chain.addLink((base?.manifestText ?? "").replace('"vcpus":1', '"vcpus":2'), PATIENT),
  ).rejects.toThrow(/has the id of another snapshot that is stored here/);
});

test("refuses a layer whose index lies, though its digest is right", async () => {
  await using from = await createScratch();
  await using to = await createScratch();
  const source = createSnapshotStore({ root: from.path });
  const { manifest } = await storeSnapshot(source, "base");
  await storeBranch(source, "child", manifest.id);
  const [base, child] = await linksOf(source, "child");
  const lying = encodeLayer(1, randomPages(1, 3));
  lying.writeUInt32LE(7, 4096);
  lying.writeUInt32LE(5, 4100);
  const record = {
    kind: "diff",
    sha256: createHash("sha256").update(lying).digest("hex"),
    sizeBytes: lying.length,
  };
  const text = JSON.stringify({ ...(JSON.parse(child?.manifestText ?? "") as object), memory: record });
  await using chain = await createSnapshotStore({ root: to.path }).beginImport("py", { replace: false });
  await copyFiles(base as ExportedLink, await chain.addLink(base?.manifestText ?? "", PATIENT));
  const added = await chain.addLink(text, PATIENT);
  await copyFiles(child as ExportedLink, added);
  await putInPlace(added.files[0]?.path ?? "", lying);
  await expect(chain.commit(PATIENT)).rejects.toThrow(/memory.layer has page 5 after 7/);
  expect(await readdir(join(to.path, "snapshots"))).toEqual([]);
});
