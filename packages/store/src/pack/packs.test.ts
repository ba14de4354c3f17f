import { readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { removeImage } from "@forkd/core";
import { expect, test } from "vitest";
import {
  HOST,
  openHost,
  packOrder,
  pullRequest,
  readEntries,
  readSnapshotFiles,
  storePackable,
} from "../../test/pack-fixture.ts";
import { rewriteManifest, toFormat1 } from "../../test/rewrite-manifest.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import { PATIENT } from "../../test/snapshot-fixture.ts";

async function readPackManifest(path: string): Promise<unknown> {
  const [first] = await readEntries(path);
  return JSON.parse(first?.content.toString() ?? "") as unknown;
}

async function twoHosts() {
  const scratch = await createScratch();
  const here = openHost(`${scratch.path}/here`);
  const there = openHost(`${scratch.path}/there`);
  await there.snapshots.recover();
  return {
    here,
    there,
    file: `${scratch.path}/pack.tar.zst`,
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

test("carries a snapshot with its image to another host, byte for byte", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  const [id] = await storePackable(here, "py");
  const packed = await here.packs.pack("py-0", packOrder(file), PATIENT);
  expect(packed).toMatchObject({
    tag: "py-0",
    id,
    links: 1,
    path: file,
    packedBytes: (await stat(file)).size,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const pulled = await there.packs.pull(pullRequest(file), PATIENT);
  expect(pulled).toMatchObject({ tag: "py-0", id, links: 1, digest: packed.digest, signedBy: null });
  expect(await readSnapshotFiles(there, "py-0")).toEqual(await readSnapshotFiles(here, "py-0"));
  expect(await listTree(`${there.root}/drafts`)).toEqual([]);
});

test("carries a snapshot of format 1 in a pack that versions of that time read", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  const [id] = await storePackable(here, "py");
  await rewriteManifest(here.root, { id: id ?? "", tag: "py-0" }, toFormat1);
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  expect(await readPackManifest(file)).toMatchObject({ formatVersion: 1 });
  await there.packs.pull(pullRequest(file), PATIENT);
  expect(await readSnapshotFiles(there, "py-0")).toEqual(await readSnapshotFiles(here, "py-0"));
  await storePackable(here, "new");
  await here.packs.pack("new-0", packOrder(file, { force: true }), PATIENT);
  expect(await readPackManifest(file)).toMatchObject({ formatVersion: 2 });
});

test("refuses a pack of a machine with a device that this host has not", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py");
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  const host = { engine: HOST, deviceKinds: ["root-disk", "agent-port"] as const };
  await expect(there.packs.pull(pullRequest(file, { host }), PATIENT)).rejects.toMatchObject({
    code: "pack_incompatible",
    details: { source: file, field: "device", pack: "console", host: "root-disk, agent-port" },
  });
});

test("carries a chain, and what its links share only once", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 3);
  const packed = await here.packs.pack("py-2", packOrder(file), PATIENT);
  expect(packed.links).toBe(3);
  await there.packs.pull(pullRequest(file), PATIENT);
  expect(await readSnapshotFiles(there, "py-2")).toEqual(await readSnapshotFiles(here, "py-2"));
  const names = (await readEntries(file)).map(({ header }) => header.name);
  // The manifest, the image, and of each snapshot its memory, its device state and its disk.
  expect(names).toHaveLength(2 + 3 * 3);
  expect(new Set(names).size).toBe(names.length);
});

test("leaves out empty pages, and pages that the image has", async () => {
  await using hosts = await twoHosts();
  const { here, file } = hosts;
  await storePackable(here, "py");
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  const [manifest, image, memory] = await readEntries(file);
  const { blobs } = JSON.parse(manifest?.content.toString() ?? "") as { blobs: { kind: string }[] };
  expect(blobs.map(({ kind }) => kind)).toEqual(["pages", "pages-on-image", "file", "file"]);
  expect(image?.content.length).toBe((2 + 6) * 4096);
  expect(memory?.content.length).toBe((1 + 2 + 3) * 4096);
});

test("gives the same bytes for the same snapshot, and names no path of the host", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 2);
  await here.packs.pack("py-1", packOrder(file), PATIENT);
  await there.packs.pull(pullRequest(file), PATIENT);
  await there.packs.pack("py-1", packOrder(`${file}-2`), PATIENT);
  expect(await readFile(`${file}-2`)).toEqual(await readFile(file));
  for (const { content } of await readEntries(file)) expect(content.includes(here.root)).toBe(false);
});

test("takes of a pack only what is not there yet", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 2);
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  await here.packs.pack("py-1", packOrder(`${file}-1`), PATIENT);
  const { id } = await there.packs.pull(pullRequest(file), PATIENT);
  const base = `${there.root}/snapshots/${id}/memory`;
  const before = await stat(base);
  await there.packs.pull(pullRequest(`${file}-1`), PATIENT);
  expect((await stat(base)).ino).toBe(before.ino);
  expect(await readSnapshotFiles(there, "py-1")).toEqual(await readSnapshotFiles(here, "py-1"));
});

test("refuses a tag that is taken, unless it is to be replaced, or named otherwise", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  const [id] = await storePackable(here, "py");
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  await storePackable(there, "py");
  await expect(there.packs.pull(pullRequest(file), PATIENT)).rejects.toMatchObject({
    code: "snapshot_exists",
  });
  await there.packs.pull(pullRequest(file, { tag: "other" }), PATIENT);
  expect((await there.snapshots.open("other", PATIENT)).manifest.id).toBe(id);
  await there.packs.pull(pullRequest(file, { force: true }), PATIENT);
  expect((await there.snapshots.open("py-0", PATIENT)).manifest.id).toBe(id);
});

test("wants a tag for a snapshot that has none", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  const [id = ""] = await storePackable(here, "py", 2);
  await here.snapshots.remove("py-0", { dependents: "untag" });
  await here.packs.pack(id, packOrder(file), PATIENT);
  const refusal = { code: "invalid_request", message: expect.stringContaining("tag is needed") as string };
  await expect(there.packs.pull(pullRequest(file), PATIENT)).rejects.toMatchObject(refusal);
  await there.packs.pull(pullRequest(file, { tag: "base" }), PATIENT);
});

test("never overwrites a file unless it is told to, and leaves nothing beside it", async () => {
  await using hosts = await twoHosts();
  const { here, file } = hosts;
  await storePackable(here, "py");
  await writeFile(file, "mine");
  const refusal = { code: "invalid_request", message: expect.stringContaining("is there already") as string };
  await expect(here.packs.pack("py-0", packOrder(file), PATIENT)).rejects.toMatchObject(refusal);
  expect(await readFile(file, "utf8")).toBe("mine");
  await here.packs.pack("py-0", packOrder(file, { force: true }), PATIENT);
  const gone = { ...PATIENT, signal: AbortSignal.abort() };
  await expect(here.packs.pack("py-0", packOrder(`${file}-2`), gone)).rejects.toMatchObject({
    code: "cancelled",
  });
  const missing = here.packs.pack("py-0", packOrder(`${file}/no/such`), PATIENT);
  await expect(missing).rejects.toMatchObject({ code: "invalid_request" });
  expect((await readdir(dirname(file))).toSorted()).toEqual(["here", "pack.tar.zst", "there"]);
});

test.each([
  ["engine", "firecracker"],
  ["version", "8.0.0"],
  ["accelerator", "kvm"],
  ["machine", "q35"],
  ["cpuModel", "Nehalem-v1"],
])("refuses a pack of another %s before it writes anything, and says why", async (field, own) => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 2);
  await here.packs.pack("py-1", packOrder(file), PATIENT);
  // Nothing after the beginning is looked at.
  await truncate(file, (await stat(file)).size - 20);
  const before = await listTree(there.root);
  const pull = there.packs.pull(
    pullRequest(file, { host: { engine: { ...HOST, [field]: own }, deviceKinds: [] } }),
    PATIENT,
  );
  const details = { source: file, field, host: own };
  await expect(pull).rejects.toMatchObject({ code: "pack_incompatible", details });
  expect(await listTree(there.root)).toEqual(before);
});

test("leaves nothing behind when it is cancelled at any moment", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 2);
  await here.packs.pack("py-1", packOrder(file), PATIENT);
  const before = await listTree(there.root);
  for (let delayMs = 0; delayMs < 20; delayMs += 2) {
    const signal = AbortSignal.timeout(delayMs);
    const pull = there.packs.pull(pullRequest(file), { ...PATIENT, signal });
    const outcome = await pull.catch((error: unknown) => error);
    if (!(outcome instanceof Error)) break;
    expect(outcome).toMatchObject({ code: "cancelled" });
    expect((await listTree(there.root)).filter((path) => !path.startsWith("images/"))).toEqual(before);
  }
});

test("says that a source is no file or no name of a pack", async () => {
  await using hosts = await twoHosts();
  const { there, file } = hosts;
  const missing = there.packs.pull(pullRequest(file), PATIENT);
  await expect(missing).rejects.toMatchObject({ code: "pack_not_found", status: 404 });
  for (const source of [dirname(file), "nonsense", "ftp://host/x", "a/b/c/d"])
    await expect(there.packs.pull(pullRequest(source), PATIENT)).rejects.toMatchObject({
      code: "invalid_request",
    });
});

test("keeps the image that a pull finds here until its snapshots stand on it", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py");
  await storePackable(there, "own");
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  await there.snapshots.remove("own-0");
  const { id } = await there.images.find("py");
  const pull = there.packs.pull(pullRequest(file), PATIENT);
  while (!there.claims.holds.users().has(id)) await new Promise(setImmediate);
  await expect(removeImage(there, "py")).rejects.toMatchObject({
    code: "image_in_use",
    details: { users: ["pulling py-0"] },
  });
  await pull;
  expect(await readSnapshotFiles(there, "py-0")).toEqual(await readSnapshotFiles(here, "py-0"));
});

test("packs what is removed meanwhile", async () => {
  await using hosts = await twoHosts();
  const { here, there, file } = hosts;
  await storePackable(here, "py", 2);
  const before = await readSnapshotFiles(here, "py-1");
  const removals: Promise<unknown>[] = [];
  const onProgress = ({ step }: { step: string }): void => {
    if (step === "plan") removals.push(here.snapshots.remove("py-1", { dependents: "untag" }));
  };
  await here.packs.pack("py-1", packOrder(file), { ...PATIENT, onProgress });
  expect(await removals[0]).toEqual(["py-1"]);
  await there.packs.pull(pullRequest(file, { tag: "py-1" }), PATIENT);
  expect(await readSnapshotFiles(there, "py-1")).toEqual(before);
});

test("packs a snapshot under the tag that it was asked for by", async () => {
  await using hosts = await twoHosts();
  const { here, file } = hosts;
  await storePackable(here, "py");
  await here.packs.pack("py-0", packOrder(file), PATIENT);
  await here.packs.pull(pullRequest(file, { tag: "another" }), PATIENT);
  for (const tag of ["another", "py-0"])
    expect(await here.packs.pack(tag, packOrder(file, { force: true }), PATIENT)).toMatchObject({ tag });
});
