import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandboxId, createSnapshotId } from "@forkd/contract";
import { Claims } from "@forkd/core";
import { expect, test } from "vitest";
import { PATIENT, readMemory, storeBranch, storeChain, storeSnapshot } from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import type { Scratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "../snapshots/store.ts";
import { locateSharedMemory } from "./shared-memory.ts";

const SHARED = { ...PATIENT, memory: "shared-memory" } as const;
const MIB = 1024 * 1024;

async function createSharedScratch(): Promise<Scratch> {
  const path = await mkdtemp("/dev/shm/forkd-store-test-");
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test("keeps the memory of each data root in a place of its own", () => {
  const place = locateSharedMemory("/var/lib/forkd");
  expect(place).toMatch(new RegExp(`^/dev/shm/forkd-${process.getuid?.()}/[0-9a-f]{16}$`));
  expect(locateSharedMemory("/var/lib/../lib/forkd")).toBe(place);
  expect(locateSharedMemory("/var/lib/other")).not.toBe(place);
});

test("opens a snapshot with populated memory on tmpfs, of a chain or one that stands alone", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const sharedMemoryDir = join(shared.path, "user", "root");
  await mkdir(join(shared.path, "user"), { mode: 0o755 });
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir });
  await storeChain(store, "py", 2);
  const plain = createSnapshotStore({ root: scratch.path });
  for (const tag of ["py-0", "py-1"]) {
    const { memoryPath, manifest } = await store.open(tag, SHARED);
    expect(memoryPath).toBe(join(sharedMemoryDir, manifest.id));
    const { blocks, mode } = await stat(memoryPath);
    expect({ bytes: blocks * 512, mode: mode & 0o777 }).toEqual({ bytes: MIB, mode: 0o600 });
    expect((await readFile(memoryPath)).equals(await readMemory(plain, tag))).toBe(true);
    expect((await store.open(tag, SHARED)).memoryPath).toBe(memoryPath);
    expect((await store.describeFamily(tag)).hotBytes).toBeGreaterThanOrEqual(MIB);
  }
  for (const path of [join(shared.path, "user"), sharedMemoryDir])
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await createSnapshotStore({ root: scratch.path, sharedMemoryDir }).recover()).removed).toHaveLength(
    3,
  );
  expect(await readdir(shared.path)).toEqual([]);
});

test("assembles once for all who want it on tmpfs at the same time", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir: join(shared.path, "u/r") });
  await mkdir(join(shared.path, "u"));
  await storeChain(store, "py", 2);
  const opened = await Promise.all(Array.from({ length: 10 }, () => store.open("py-1", SHARED)));
  const inodes = await Promise.all(opened.map(async ({ memoryPath }) => (await stat(memoryPath)).ino));
  expect(new Set(inodes).size).toBe(1);
  expect(await readdir(join(scratch.path, "hot"))).toEqual([]);
});

test("lets go of memory on tmpfs that only suspended machines are of, and keeps their snapshot", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const machine = { id: createSandboxId(), snapshotId: createSnapshotId(), isSuspended: false };
  const claims = new Claims(() => [machine]);
  const sharedMemoryDir = join(shared.path, "root");
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir, claims });
  const { manifest } = await storeSnapshot(store, "py");
  machine.snapshotId = manifest.id;
  await store.open("py", SHARED);
  await store.release(manifest.id);
  expect(await readdir(sharedMemoryDir)).toEqual([manifest.id]);
  machine.isSuspended = true;
  await store.release(manifest.id);
  expect(await readdir(sharedMemoryDir)).toEqual([]);
  await expect(store.remove("py")).rejects.toMatchObject({ code: "snapshot_in_use" });
});

test("uses memory that lies on tmpfs already for those who want it anywhere", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir: join(shared.path, "root") });
  await storeChain(store, "py", 2);
  const { memoryPath } = await store.open("py-1", SHARED);
  expect((await store.open("py-1", PATIENT)).memoryPath).toBe(memoryPath);
  expect((await store.open("py-0", PATIENT)).memoryPath).toBe(
    join(scratch.path, "snapshots", (await store.open("py-0", PATIENT)).manifest.id, "memory"),
  );
});

test("says that there is no place for it where there is no tmpfs", async () => {
  await using scratch = await createScratch();
  const sharedMemoryDir = join(scratch.path, "no", "such", "place");
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir });
  await storeSnapshot(store, "py");
  await expect(store.open("py", SHARED)).rejects.toMatchObject({ code: "requirement_missing" });
});

test("uses no directory that is a link or a file, and removes nothing behind it", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const elsewhere = join(scratch.path, "elsewhere");
  await mkdir(join(elsewhere, "root"), { recursive: true });
  await writeFile(join(elsewhere, "root", "precious"), "");
  await symlink(elsewhere, join(shared.path, "linked"));
  await writeFile(join(shared.path, "file"), "");
  for (const [user, why] of [
    ["linked", "is not a directory"],
    ["file", "is not a directory"],
  ] as const) {
    const sharedMemoryDir = join(shared.path, user, "root");
    const root = join(scratch.path, user);
    const store = createSnapshotStore({ root, sharedMemoryDir });
    await storeSnapshot(store, "py");
    await expect(store.open("py", SHARED)).rejects.toMatchObject({
      code: "requirement_missing",
      details: { why: `${join(shared.path, user)} ${why}` },
    });
    await store.recover();
    await store.collectGarbage({ dryRun: false });
    await store.open("py", PATIENT);
  }
  expect(await readdir(join(elsewhere, "root"))).toEqual(["precious"]);
});

test.skipIf(process.getuid?.() !== 0)("uses no directory of somebody else (needs root)", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  await mkdir(join(shared.path, "user"));
  execFileSync("chown", ["1234", join(shared.path, "user")]);
  const sharedMemoryDir = join(shared.path, "user", "root");
  const store = createSnapshotStore({ root: scratch.path, sharedMemoryDir });
  await storeSnapshot(store, "py");
  await expect(store.open("py", SHARED)).rejects.toThrow(/belongs to user 1234/);
});

test.skipIf(process.getuid?.() !== 0)(
  "refuses memory that does not fit, once what is not needed is gone (needs root, to mount a small tmpfs)",
  async () => {
    await using scratch = await createScratch();
    const mount = await mkdtemp(join(tmpdir(), "forkd-shm-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2560k", "tmpfs", mount]);
    await using _ = {
      [Symbol.asyncDispose]: async () => {
        execFileSync("umount", [mount]);
        await rm(mount, { recursive: true });
      },
    };
    const options = { root: scratch.path, sharedMemoryDir: join(mount, "user", "root") };
    await mkdir(join(mount, "user"));
    const careful = createSnapshotStore(options);
    for (const tag of ["a", "b", "c"]) await storeSnapshot(careful, tag);
    for (const tag of ["a", "b"]) await careful.open(tag, SHARED);
    await expect(careful.open("c", SHARED)).rejects.toMatchObject({
      code: "out_of_resources",
      details: {
        resource: "shared memory",
        why: expect.stringMatching(/takes 1 MiB, and 0 MiB are free/) as unknown,
      },
    });
    expect(await readdir(options.sharedMemoryDir)).toHaveLength(2);
    await careful.open("c", PATIENT);
    await careful.recover();
    const eager = createSnapshotStore({ ...options, hotGraceMs: 0 });
    const paths: string[] = [];
    for (const tag of ["a", "b", "a", "c"]) paths.push((await eager.open(tag, SHARED)).memoryPath);
    const left = (await readdir(options.sharedMemoryDir)).map((name) => join(options.sharedMemoryDir, name));
    expect(new Set(left)).toEqual(new Set([paths[0], paths[3]]));
    await storeBranch(eager, "d", (await eager.open("a", PATIENT)).manifest.id);
    await eager.open("d", SHARED);
  },
);

test("leaves nothing when it is closed, and lets others be", async () => {
  await using scratch = await createScratch();
  await using shared = await createSharedScratch();
  const user = join(shared.path, "user");
  const stores = ["one", "two"].map((name) =>
    createSnapshotStore({ root: join(scratch.path, name), sharedMemoryDir: join(user, name) }),
  );
  for (const store of stores) {
    await storeSnapshot(store, "py");
    await store.open("py", SHARED);
  }
  await stores[0]?.close();
  expect(await readdir(user)).toEqual(["two"]);
  await stores[1]?.close();
  expect(await readdir(shared.path)).toEqual([]);
});
