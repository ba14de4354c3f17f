import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createSnapshotId } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { PATIENT, describeSnapshot, fillDraft, storeSnapshot } from "../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import { createSnapshotStore } from "./store.ts";

/** Starts a store anew, as a daemon does after a crash. */
async function recover(root: string): Promise<string[]> {
  return (await createSnapshotStore({ root }).recover()).removed;
}

test("removes drafts at whatever step they were left", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const { manifest } = await storeSnapshot(store, "whole");
  const before = await listTree(scratch.path);
  const reserved = await store.begin("reserved");
  const filled = await store.begin("filled");
  await fillDraft(filled);
  const sealed = await store.begin("sealed");
  await cp(join(scratch.path, "snapshots", manifest.id), join(scratch.path, "drafts", sealed.id, "layers"), {
    recursive: true,
    force: true,
  });
  await mkdir(join(scratch.path, "drafts/image-0123456789abcdef"));
  const removed = await recover(scratch.path);
  expect(removed.toSorted()).toEqual(
    [reserved.id, filled.id, sealed.id, "image-0123456789abcdef"].map((name) => `drafts/${name}`).toSorted(),
  );
  expect(await listTree(scratch.path)).toEqual(before);
});

test("removes a snapshot that was moved into place and never got its tag", async () => {
  await using scratch = await createScratch();
  const { manifest } = await storeSnapshot(createSnapshotStore({ root: scratch.path }), "py");
  await rename(
    join(scratch.path, "snapshot-tags/py"),
    join(scratch.path, "snapshot-tags/.py.0123456789abcdef.tmp"),
  );
  expect(await recover(scratch.path)).toEqual([
    "snapshot-tags/.py.0123456789abcdef.tmp",
    `snapshots/${manifest.id}`,
  ]);
});

test("drops a tag that points nowhere", async () => {
  await using scratch = await createScratch();
  const { directory } = await storeSnapshot(createSnapshotStore({ root: scratch.path }), "py");
  await rm(directory, { recursive: true });
  expect(await recover(scratch.path)).toEqual(["snapshot-tags/py"]);
});

test("keeps a snapshot without a tag while another is a layer on it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const parent = await storeSnapshot(store, "parent");
  const child = await storeChild(scratch.path, parent.manifest.id);
  await rm(join(scratch.path, "snapshot-tags/parent"));
  expect(await recover(scratch.path)).toEqual([]);
  await rm(join(scratch.path, "snapshot-tags/child"));
  expect(await recover(scratch.path)).toEqual([`snapshots/${child}`, `snapshots/${parent.manifest.id}`]);
});

test("removes a parent's tag alone while another is a layer on it", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const parent = await storeSnapshot(store, "parent");
  await storeChild(scratch.path, parent.manifest.id);
  await store.remove("parent");
  expect(await listTree(scratch.path)).toContain(`snapshots/${parent.manifest.id}/memory`);
});

test("keeps what a damaged tag may point to", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeSnapshot(store, "py");
  await writeFile(join(scratch.path, "snapshot-tags/py"), "{");
  const before = await listTree(scratch.path);
  expect(await recover(scratch.path)).toEqual([]);
  expect(await listTree(scratch.path)).toEqual(before);
});

test("lets alone what it did not make", async () => {
  await using scratch = await createScratch();
  await recover(scratch.path);
  for (const directory of ["snapshots", "images", "snapshot-tags"])
    await writeFile(join(scratch.path, directory, ".of somebody else"), "");
  await mkdir(join(scratch.path, "elsewhere"));
  await writeFile(join(scratch.path, "elsewhere/file"), "");
  await symlink(join(scratch.path, "elsewhere"), join(scratch.path, "drafts/link"));
  await symlink(join(scratch.path, "elsewhere"), join(scratch.path, "snapshots", createSnapshotId()));
  await recover(scratch.path);
  expect((await listTree(scratch.path)).filter((path) => path.includes("/"))).toEqual([
    "elsewhere/file",
    "images/.of somebody else",
    "snapshot-tags/.of somebody else",
    "snapshots/.of somebody else",
  ]);
});

test(
  "finds only whole snapshots and no rubbish after a kill at any instant",
  { timeout: 30_000 },
  async () => {
    await using scratch = await createScratch();
    for (let kill = 0; kill < 4; kill += 1) {
      await commitAndBeKilled(scratch.path, 20 + 23 * kill);
      const store = createSnapshotStore({ root: scratch.path });
      await store.recover();
      const tags = (await store.list()).map((entry) =>
        entry.status === "ready" ? entry.snapshot.tag : entry.why,
      );
      await Promise.all(tags.map((tag) => store.open(tag, PATIENT)));
      const tree = await listTree(scratch.path);
      expect(tree.filter((path) => path.startsWith("drafts/") || path.includes(".tmp"))).toEqual([]);
      expect(tree.filter((path) => path.endsWith("/memory"))).toHaveLength(tags.length);
    }
  },
);

async function storeChild(root: string, parentId: SnapshotId): Promise<SnapshotId> {
  await using draft = await createSnapshotStore({ root }).begin("child");
  await fillDraft(draft);
  await draft.commit({ ...describeSnapshot(draft.id), parentId }, PATIENT);
  return draft.id;
}

async function commitAndBeKilled(root: string, afterMs: number): Promise<void> {
  const script = fileURLToPath(new URL("../../test/commit-forever.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, root], { stdio: ["ignore", "pipe", "inherit"] });
  await once(writer.stdout, "data");
  await delay(afterMs);
  writer.kill("SIGKILL");
  await once(writer, "exit");
}
