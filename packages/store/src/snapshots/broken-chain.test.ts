import { chmod, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isForkdError } from "@forkd/contract";
import type { ErrorDetails, SnapshotId } from "@forkd/contract";
import type { SnapshotStore } from "@forkd/core";
import { expect, test } from "vitest";
import {
  PATIENT,
  describeSnapshot,
  encodeLayer,
  randomPages,
  storeBranch,
  storeChain,
} from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

/** Writes to a read-only file, which root can and others must be let to. */
async function overwrite(path: string, change: (bytes: Buffer) => Buffer | string): Promise<void> {
  const bytes = await readFile(path);
  await chmod(path, 0o600);
  await writeFile(path, change(bytes));
}

async function damageOf(opened: Promise<unknown>): Promise<ErrorDetails<"snapshot_corrupt">> {
  const [result] = await Promise.allSettled([opened]);
  if (
    result.status === "rejected" &&
    isForkdError(result.reason) &&
    result.reason.code === "snapshot_corrupt"
  )
    return result.reason.details as ErrorDetails<"snapshot_corrupt">;
  throw new Error("it is not snapshot_corrupt", { cause: result });
}

const flip = (bytes: Buffer): Buffer => {
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes;
};

interface Family {
  readonly store: SnapshotStore;
  readonly ids: readonly SnapshotId[];
  readonly fileOf: (level: number, name: string) => string;
}

async function storeFamily(root: string): Promise<Family> {
  const store = createSnapshotStore({ root });
  const ids = await storeChain(store, "py", 3);
  return { store, ids, fileOf: (level, name) => join(root, "snapshots", ids[level] ?? "", name) };
}

test.each([
  [0, "memory", flip, /has the digest/],
  [0, "disk.qcow2", flip, /has the digest/],
  [1, "memory.layer", flip, /has the digest/],
  [1, "memory.layer", (bytes: Buffer) => bytes.subarray(0, 4096), /has 4096 bytes instead of/],
  [1, "disk.qcow2", () => "", /has 0 bytes instead of/],
  [1, "manifest.json", flip, /is not JSON|has the digest/],
  [
    1,
    "manifest.json",
    (bytes: Buffer) => bytes.toString().replace('"vcpus":1', '"vcpus":2'),
    /has the digest/,
  ],
] as const)("names the link at level %i whose %s was altered (%#)", async (level, name, change, why) => {
  await using scratch = await createScratch();
  const { store, ids, fileOf } = await storeFamily(scratch.path);
  await overwrite(fileOf(level, name), change);
  const says = await damageOf(store.open("py-2", PATIENT));
  expect(says).toMatchObject({ tag: "py-2", file: `${ids[level]}/${name}` });
  expect(says.why).toMatch(why);
  const entries = await store.list();
  expect(entries.find((entry) => entry.status === "failed" && entry.tag === "py-2")).toBeDefined();
  await expect(readdir(join(scratch.path, "hot"))).resolves.toEqual([]);
});

test.each([
  [0, "memory"],
  [0, "manifest.json"],
  [1, "memory.layer"],
  [1, "disk.qcow2"],
  [1, ""],
] as const)(
  "names the link at level %i whose %j is missing, also after it was assembled",
  async (level, name) => {
    await using scratch = await createScratch();
    const { store, ids, fileOf } = await storeFamily(scratch.path);
    await store.open("py-2", PATIENT);
    await rename(fileOf(level, name), join(scratch.path, "aside"));
    expect(await damageOf(store.open("py-2", PATIENT))).toEqual({
      tag: "py-2",
      file: join(ids[level] ?? "", name),
      why: "is missing",
    });
  },
);

test("does not look at what it does not need of a link: its device state", async () => {
  await using scratch = await createScratch();
  const { store, fileOf } = await storeFamily(scratch.path);
  await rm(fileOf(1, "device-state"));
  expect(await store.open("py-2", PATIENT)).toMatchObject({ tag: "py-2" });
});

test("refuses a chain that leads back to itself", async () => {
  await using scratch = await createScratch();
  const { store, ids, fileOf } = await storeFamily(scratch.path);
  // Digests cannot agree in a circle, so neither may the order of the checks lead around it for ever.
  await overwrite(fileOf(1, "manifest.json"), (bytes) =>
    bytes.toString().replace(ids[0] as string, ids[2] as string),
  );
  expect(await damageOf(store.open("py-2", PATIENT))).toMatchObject({ file: `${ids[1]}/manifest.json` });
  await store.remove("py-2", { dependents: "cascade" });
});

test("refuses to store a layer that is not one of its parent's memory", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const [base] = await storeChain(store, "py", 1);
  const parentId = base as SnapshotId;
  const change = { memoryMib: 2 };
  await expect(storeBranch(store, "large", parentId, { change })).rejects.toMatchObject({ code: "internal" });
  const otherImage = { image: { id: "d".repeat(64) as never, sizeBytes: 1 } };
  await expect(storeBranch(store, "other", parentId, { change: otherImage })).rejects.toMatchObject({
    code: "internal",
  });
  await expect(storeBranch(store, "orphan", "sn_0123456789abcdef" as SnapshotId)).rejects.toMatchObject({
    code: "snapshot_not_found",
    details: { tag: "sn_0123456789abcdef" },
  });
  await using draft = await store.begin("rubbish");
  await writeFile(draft.memoryPath, encodeLayer(2, randomPages(2, 3)));
  await writeFile(draft.diskPath, "");
  const description = { ...describeSnapshot(draft.id), parentId, memory: { kind: "diff" as const } };
  await expect(draft.commit(description, PATIENT)).rejects.toThrow(
    /is of a memory of 512 pages instead of 256/,
  );
});
