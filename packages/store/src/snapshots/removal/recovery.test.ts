import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createSnapshotId } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
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
  await store.remove("parent", { dependents: "untag" });
  expect(await listTree(scratch.path)).toContain(`snapshots/${parent.manifest.id}/memory`);
});

test("removes the record of a snapshot without a tag that points nowhere, and temporary ones", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  const { manifest } = await storeSnapshot(store, "py");
  const loose = await storeBranch(store, null, manifest.id);
  await rename(join(scratch.path, "snapshots", loose), join(scratch.path, "aside"));
  await writeFile(join(scratch.path, "snapshot-ids", `.${loose}.0123456789abcdef.tmp`), "");
  expect(await recover(scratch.path)).toEqual([
    `snapshot-ids/.${loose}.0123456789abcdef.tmp`,
    `snapshot-ids/${loose}`,
  ]);
});

test("removes a chain that never got its tag, whole: an import that was cut off", async () => {
  await using scratch = await createScratch();
  const ids = await storeChain(createSnapshotStore({ root: scratch.path }), "py", 3);
  for (const level of [0, 1, 2]) await rm(join(scratch.path, "snapshot-tags", `py-${level}`));
  expect(await recover(scratch.path)).toEqual(ids.toReversed().map((id) => `snapshots/${id}`));
});

test("removes assembled memory, whole or half-made, and assembles it anew", async () => {
  await using scratch = await createScratch();
  const store = createSnapshotStore({ root: scratch.path });
  await storeChain(store, "py", 2);
  const { memoryPath, manifest } = await store.open("py-1", PATIENT);
  const whole = await readFile(memoryPath);
  await writeFile(join(scratch.path, `hot/.${manifest.id}.0123456789abcdef.tmp`), "half");
  await writeFile(memoryPath, "written by nobody knows whom");
  const restarted = createSnapshotStore({ root: scratch.path });
  expect((await restarted.recover()).removed).toEqual([
    `hot/.${manifest.id}.0123456789abcdef.tmp`,
    `hot/${manifest.id}`,
  ]);
  expect((await readFile((await restarted.open("py-1", PATIENT)).memoryPath)).equals(whole)).toBe(true);
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

test("finds only whole snapshots and no rubbish after a kill at any instant", async () => {
  await using scratch = await createScratch();
  for (let kill = 0; kill < 6; kill += 1) {
    await commitAndBeKilled(scratch.path, 20 + 47 * kill);
    const store = createSnapshotStore({ root: scratch.path });
    await store.recover();
    const tags = (await store.list()).map((entry) =>
      entry.status === "ready" ? entry.snapshot.tag : entry.why,
    );
    await Promise.all(tags.map((tag) => store.open(tag, PATIENT)));
    const tree = await listTree(scratch.path);
    expect(tree.filter((path) => path.startsWith("drafts/") || path.includes(".tmp"))).toEqual([]);
    // Whatever has no tag was stored without one, or something stands on it.
    const links = await store.listLinks();
    expect(tree.filter((path) => /^snapshots\/[^/]+$/.test(path))).toHaveLength(links.length);
    for (const { manifest } of links) await store.open(manifest.id, PATIENT);
  }
});

async function storeChild(root: string, parentId: SnapshotId): Promise<SnapshotId> {
  await using draft = await createSnapshotStore({ root }).begin("child");
  await fillDraft(draft);
  await draft.commit({ ...describeSnapshot(draft.id), parentId }, PATIENT);
  return draft.id;
}

async function commitAndBeKilled(root: string, afterMs: number): Promise<void> {
  const script = fileURLToPath(new URL("../../../test/commit-forever.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, root], { stdio: ["ignore", "pipe", "inherit"] });
  await once(writer.stdout, "data");
  await delay(afterMs);
  writer.kill("SIGKILL");
  await once(writer, "exit");
}

test("removes a pack that was being written elsewhere, and nothing that is not one", async () => {
  await using scratch = await createScratch();
  const root = join(scratch.path, "data");
  const [left, whole] = [
    join(scratch.path, ".py.tar.zst.0123456789abcdef.tmp"),
    join(scratch.path, "py.tar.zst"),
  ];
  const link = join(scratch.path, ".py.tar.zst.fedcba9876543210.tmp");
  await writeFile(left, "guest memory");
  await writeFile(whole, "a pack");
  await symlink(whole, link);
  await mkdir(join(root, "unfinished"), { recursive: true });
  for (const [at, path] of [left, whole, link, `${left}.none`].entries())
    await writeFile(join(root, "unfinished", `${at}.json`), JSON.stringify({ path }));
  await writeFile(join(root, "unfinished/damaged.json"), "{");
  expect(await recover(root)).toEqual([left]);
  expect(await listTree(join(root, "unfinished"))).toEqual([]);
  expect(
    (await listTree(scratch.path)).filter((path) => path.startsWith(".py") || path.startsWith("py")),
  ).toEqual([".py.tar.zst.fedcba9876543210.tmp", "py.tar.zst"]);
});

test("finds a pack that was being written when its process was killed", async () => {
  await using scratch = await createScratch();
  const [root, directory] = [join(scratch.path, "data"), join(scratch.path, "packs")];
  await mkdir(directory);
  const script = fileURLToPath(new URL("../../../test/pack-and-die.ts", import.meta.url));
  const [, signal] = (await once(spawn(process.execPath, [script, root, directory]), "exit")) as unknown[];
  expect(signal).toBe("SIGKILL");
  expect(await listTree(directory)).toEqual([expect.stringMatching(/^\.py\.tar\.zst\.[0-9a-f]{16}\.tmp$/)]);
  await recover(root);
  expect(await listTree(directory)).toEqual([]);
});
