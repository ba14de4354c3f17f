import { execFileSync } from "node:child_process";
import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PATIENT, describeSnapshot, fillDraft } from "../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import type { Scratch } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

/** A file system of 1 MiB in memory. */
async function mountSmallDisk(): Promise<Scratch> {
  const scratch = await createScratch();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", scratch.path]);
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
