import { execFileSync } from "node:child_process";
import { copyFile, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { PATIENT, describeSnapshot, fillDraft, storeChain } from "../../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import type { Scratch } from "../../../test/scratch.ts";
import { createSnapshotStore } from "../store.ts";

/** A file system of so many MiB in memory. */
async function mountSmallDisk(sizeMib = 1): Promise<Scratch> {
  const scratch = await createScratch();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "tmpfs", scratch.path]);
  return {
    path: scratch.path,
    [Symbol.asyncDispose]: async () => {
      execFileSync("umount", [scratch.path]);
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** Leaves so many free pages on a disk. */
async function fillDisk(path: string, freePages: number): Promise<void> {
  const { bfree, bsize } = await statfs(path);
  await using filler = await open(join(path, "filler"), "w");
  await filler.writeFile(Buffer.alloc((bfree - freePages) * bsize));
}

test.skipIf(process.getuid?.() !== 0)(
  "says disk_full and leaves nothing, whichever file does not fit (needs root, to mount a small disk)",
  async () => {
    await using disk = await mountSmallDisk();
    const store = createSnapshotStore({ root: disk.path });
    await store.recover();
    const empty = await listTree(disk.path);
    const leftovers: string[][] = [];
    for (;;) {
      await using draft = await store.begin("py");
      await fillDraft(draft);
      await fillDisk(disk.path, leftovers.length);
      const [commit] = await Promise.allSettled([draft.commit(describeSnapshot(draft.id), PATIENT)]);
      await draft[Symbol.asyncDispose]();
      await rm(join(disk.path, "filler"));
      if (commit.status === "fulfilled") break;
      expect(commit.reason).toMatchObject({ code: "disk_full", details: { doing: "snapshot py" } });
      leftovers.push(await listTree(disk.path));
    }
    // At least the manifest, the tag and what is between them did not fit once.
    expect(leftovers.length).toBeGreaterThan(2);
    expect(leftovers).toEqual(leftovers.map(() => empty));
    await store.open("py", PATIENT);
  },
);

type Store = ReturnType<typeof createSnapshotStore>;
type Fill = () => Promise<void>;

/** What the store writes itself, on a chain `py-0`, `py-1`; `fill` fills the disk before it does. */
const WORK: Record<string, (store: Store, ids: readonly SnapshotId[], fill: Fill) => Promise<unknown>> = {
  "the memory of a chain": async (store, _, fill) => {
    await fill();
    return store.open("py-1", PATIENT);
  },
  "a branch": async (store, [, parentId = null], fill) => {
    await using draft = await store.begin("new");
    await fillDraft(draft);
    await fill();
    return await draft.commit({ ...describeSnapshot(draft.id), parentId }, PATIENT);
  },
  "a staged draft": async (store, [, parentId = null], fill) => {
    await using draft = await store.begin(null);
    await fillDraft(draft);
    const description = { ...describeSnapshot(draft.id), parentId };
    await draft.stage(description, PATIENT);
    await fill();
    return await draft.commit(description, PATIENT);
  },
  "a compaction": async (store, _, fill) => {
    await fill();
    return store.compact("py-1", "new", PATIENT);
  },
  "an import": importFromElsewhere,
};

test.skipIf(process.getuid?.() !== 0).each(Object.keys(WORK))(
  "says disk_full and leaves nothing when %s does not fit (needs root, to mount a small disk)",
  async (name) => {
    await using disk = await mountSmallDisk(4);
    const store = createSnapshotStore({ root: disk.path });
    const ids = await storeChain(store, "py", 2);
    const before = await listTree(disk.path);
    const failures: unknown[] = [];
    for (let pages = 0; ; pages += 1 + Math.floor(pages / 8)) {
      const [result] = await Promise.allSettled([WORK[name]?.(store, ids, () => fillDisk(disk.path, pages))]);
      await rm(join(disk.path, "filler"));
      if (result.status === "fulfilled") break;
      failures.push((result.reason as { code: unknown }).code);
      expect(await listTree(disk.path)).toEqual(before);
    }
    expect(failures.length).toBeGreaterThan(1);
    expect(new Set(failures)).toEqual(new Set(["disk_full"]));
  },
);

async function importFromElsewhere(store: Store, _: unknown, fill: Fill): Promise<void> {
  await using scratch = await createScratch();
  const source = createSnapshotStore({ root: scratch.path });
  await storeChain(source, "other", 2);
  await using chain = await store.beginImport("py-1", { replace: true });
  using exported = await source.exportChain("other-1", PATIENT);
  for (const link of exported.links) {
    const { files } = await chain.addLink(link.manifestText, PATIENT);
    for (const [index, file] of files.entries()) await copyFile(link.files[index]?.path ?? "", file.path);
  }
  await fill();
  await chain.commit(PATIENT);
}
