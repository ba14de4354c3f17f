import { chmod, mkdir, readFile, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isForkdError } from "@forkd/contract";
import type { ErrorDetails } from "@forkd/contract";
import type { SnapshotStore, StoredSnapshot } from "@forkd/core";
import { expect, test } from "vitest";
import { PATIENT, storeSnapshot } from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

interface Damaged {
  readonly store: SnapshotStore;
  readonly whole: StoredSnapshot;
  readonly root: string;
}

const LAYERS = ["memory", "device-state", "disk.qcow2"];

/** Writes to a read-only layer, which root can and others must be let to. */
async function overwrite(path: string, position: number, change: (byte: number) => number): Promise<void> {
  const bytes = await readFile(path);
  bytes[position] = change(bytes[position] ?? 0);
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

/** What open() says of a damaged snapshot, which must stay so, be listed as failed, and be removable. */
async function examine({ store }: Damaged): Promise<{ file: string; why: string }> {
  const says = await damageOf(store.open("py", PATIENT));
  expect(await damageOf(store.open("py", PATIENT))).toEqual(says);
  const why = `snapshot py is damaged: ${says.file} ${says.why}`;
  expect(await store.list()).toMatchObject([{ status: "failed", tag: "py", why }]);
  await store.remove("py");
  expect(await store.list()).toEqual([]);
  return says;
}

async function damageOf(opened: Promise<StoredSnapshot>): Promise<{ file: string; why: string }> {
  const [result] = await Promise.allSettled([opened]);
  if (
    result.status === "rejected" &&
    isForkdError(result.reason) &&
    result.reason.code === "snapshot_corrupt"
  )
    return result.reason.details as ErrorDetails<"snapshot_corrupt">;
  throw new Error("it is not snapshot_corrupt", { cause: result });
}

async function storeOne(root: string): Promise<Damaged> {
  const store = createSnapshotStore({ root });
  return { store, root, whole: await storeSnapshot(store, "py") };
}

test.each(LAYERS)("finds one flipped bit in %s", async (layer) => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  await overwrite(join(stored.whole.directory, layer), 5000, (byte) => byte ^ 4);
  expect(await examine(stored)).toMatchObject({
    file: layer,
    why: expect.stringMatching(/has the digest/) as unknown,
  });
});

test("finds a flipped bit that an earlier open could not have seen", async () => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  await stored.store.open("py", PATIENT);
  await overwrite(stored.whole.memoryPath, 0, (byte) => byte ^ 1);
  await utimes(stored.whole.memoryPath, 0, 0);
  expect(await examine(stored)).toMatchObject({
    file: "memory",
    why: expect.stringMatching(/has the digest/) as unknown,
  });
});

test.each(LAYERS)("finds that %s was cut short, is missing, or is a link", async (layer) => {
  await using scratch = await createScratch();
  for (const [damage, why] of [
    [(path: string) => chmod(path, 0o600).then(() => truncate(path, 4096)), /has 4096 bytes instead of/],
    [(path: string) => rm(path), /is missing/],
    [
      (path: string) => rename(path, `${path}.moved`).then(() => symlink(`${path}.moved`, path)),
      /is not a regular/,
    ],
  ] as const) {
    const stored = await storeOne(scratch.path);
    await damage(join(stored.whole.directory, layer));
    expect(await examine(stored)).toMatchObject({ file: layer, why: expect.stringMatching(why) as unknown });
  }
});

test.each([
  ["another size of memory", { memoryMib: 2 }, /memory.sizeBytes: must be memoryMib/],
  ["another count of CPUs", { vcpus: 2 }, /has the digest/],
  ["an unknown field", { path: "/etc/passwd" }, /Unrecognized key/],
  ["another format", { formatVersion: 3 }, /formatVersion/],
  ["no devices", { devices: undefined }, /devices: must be there exactly from format 2 on/],
  [
    "devices before they were recorded",
    { formatVersion: 1 },
    /devices: must be there exactly from format 2 on/,
  ],
  ["a device without a kind", { devices: [{ mac: "a" }] }, /devices.0.kind/],
  ["a kind that is a path", { devices: [{ kind: "../disk" }] }, /devices.0.kind: must be a short word/],
  ["a device in a device", { devices: [{ kind: "disk", of: { kind: "disk" } }] }, /devices.0.of/],
  ["a long attribute", { devices: [{ kind: "disk", of: "a".repeat(1025) }] }, /devices.0.of/],
  ["an attribute without a name", { devices: [{ kind: "disk", "": 1 }] }, /devices.0: must name its fields/],
  [
    "a device of many attributes",
    {
      devices: [{ kind: "disk", ...Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`a${n}`, n])) }],
    },
    /devices.0: must have at most 16/,
  ],
  ["too many devices", { devices: Array.from({ length: 65 }, () => ({ kind: "disk" })) }, /devices/],
  ["an id that is a path", { id: "../../etc" }, /id: must be a snapshot id/],
  ["the id of another snapshot", { id: "sn_0123456789abcdef" }, /is that of sn_0123456789abcdef/],
  [
    "a size that is none",
    { deviceState: { sha256: "a".repeat(64), sizeBytes: -1 } },
    /deviceState.sizeBytes/,
  ],
  ["a digest that is none", { deviceState: { sha256: "../x", sizeBytes: 1 } }, /deviceState.sha256/],
  [
    "too many disks",
    { disks: Array.from({ length: 65 }, () => ({ sha256: "a".repeat(64), sizeBytes: 0 })) },
    /disks/,
  ],
  ["an engine with control characters", { agentVersion: "a\nb" }, /agentVersion/],
])("refuses a manifest with %s", async (_, change, why) => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  const path = join(stored.whole.directory, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...manifest, ...change }));
  expect(await examine(stored)).toMatchObject({
    file: "manifest.json",
    why: expect.stringMatching(why) as unknown,
  });
});

test.each([
  ["no JSON", "{", /is not JSON/],
  ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), /is not JSON/],
  ["nothing", "", /is not JSON/],
  ["nested a million times", "[".repeat(1e6), /is nested more than 64 deep/],
  ["too large", " ".repeat(16 * 1024 * 1024 + 1), /has 16777217 bytes, more than 16777216/],
])("refuses a manifest that is %s", async (_, content, why) => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  await writeFile(join(stored.whole.directory, "manifest.json"), content);
  expect(await examine(stored)).toMatchObject({
    file: "manifest.json",
    why: expect.stringMatching(why) as unknown,
  });
});

test("refuses two snapshots whose directories were swapped", async () => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  const other = await storeSnapshot(stored.store, "other");
  await rename(other.directory, `${other.directory}.aside`);
  await rename(stored.whole.directory, other.directory);
  await rename(`${other.directory}.aside`, stored.whole.directory);
  for (const tag of ["py", "other"])
    await expect(stored.store.open(tag, PATIENT)).rejects.toMatchObject({ code: "snapshot_corrupt" });
});

test("refuses a directory that is a link, and removes only the link", async () => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  const { directory } = stored.whole;
  const { id } = stored.whole.manifest;
  await mkdir(join(scratch.path, "elsewhere"));
  await rename(directory, join(scratch.path, "elsewhere", id));
  await symlink(join(scratch.path, "elsewhere", id), directory);
  expect(await examine(stored)).toMatchObject({
    file: id,
    why: expect.stringMatching(/is not a directory/) as unknown,
  });
  expect(await readFile(join(scratch.path, "elsewhere", id, "manifest.json"), "utf8")).toContain(id);
});

test.each([
  ["is not JSON", "sn_"],
  ["leads out of the store", JSON.stringify({ id: "../../etc", manifestSha256: "a".repeat(64) })],
])("refuses a tag that %s", async (_, content) => {
  await using scratch = await createScratch();
  const stored = await storeOne(scratch.path);
  await writeFile(join(scratch.path, "snapshot-tags/py"), content);
  expect(await examine(stored)).toMatchObject({
    file: "its tag",
    why: expect.stringMatching(/is not/) as unknown,
  });
});

test("computes digests anew when the record of the verification is unusable or of another boot", async () => {
  await using scratch = await createScratch();
  const { whole } = await storeOne(scratch.path);
  const path = join(whole.directory, "verified.json");
  const record = JSON.parse(await readFile(path, "utf8")) as object;
  for (const content of [
    "{",
    JSON.stringify({ ...record, bootId: "another" }),
    JSON.stringify({ ...record, x: 1 }),
  ]) {
    await writeFile(path, content);
    await createSnapshotStore({ root: scratch.path }).open("py", PATIENT);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(record);
  }
});

test("does not trust a record that claims another digest for a file", async () => {
  await using scratch = await createScratch();
  const { whole } = await storeOne(scratch.path);
  const path = join(whole.directory, "verified.json");
  await writeFile(
    path,
    (await readFile(path, "utf8")).replaceAll(whole.manifest.memory.sha256, "a".repeat(64)),
  );
  await expect(createSnapshotStore({ root: scratch.path }).open("py", PATIENT)).rejects.toMatchObject({
    code: "snapshot_corrupt",
  });
});
