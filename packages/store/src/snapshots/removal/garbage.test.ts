import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSandboxId, createSnapshotId } from "@forkd/contract";
import type { ImageId, SnapshotId } from "@forkd/contract";
import { Claims } from "@forkd/core";
import type { SnapshotUser } from "@forkd/core";
import { expect, test } from "vitest";
import { PackageListBuilder, recipeOf } from "../../../test/image-fixture.ts";
import {
  PATIENT,
  describeSnapshot,
  fillDraft,
  storeBranch,
  storeChain,
  storeSnapshot,
} from "../../../test/snapshot-fixture.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import { createImageStore } from "../../images/store.ts";
import { createSnapshotStore } from "../store.ts";

test("removes what it says that it would, and nothing else", async () => {
  await using scratch = await createScratch();
  const root = scratch.path;
  const machines: SnapshotUser[] = [];
  const store = createSnapshotStore({ root, hotGraceMs: 0, claims: new Claims(() => machines) });
  const images = createImageStore({ root, builder: new PackageListBuilder() });
  const used = await images.build("used", recipeOf("pkg-a"), PATIENT);
  const unnamed = await images.build("name", recipeOf("pkg-b"), PATIENT);
  const named = await images.build("name", recipeOf("pkg-c"), PATIENT);
  await images.build("used", recipeOf("pkg-d"), PATIENT);
  const [base, , head] = await storeChain(store, "py", 3);
  const image = { id: used.id, sizeBytes: used.size_bytes };
  await storeWith(store, "on-used", image);
  const loose = await storeBranch(store, null, base as SnapshotId);
  const looser = await storeBranch(store, null, loose);
  const running = await storeBranch(store, null, base as SnapshotId);
  await store.open("py-2", PATIENT);
  await store.open(running, PATIENT);
  const leftover = createSnapshotId();
  await mkdir(join(root, "drafts", leftover));
  await mkdir(join(root, "drafts/image-0123456789abcdef"));
  await mkdir(join(root, "drafts/image-of-yesterday"));
  await utimes(join(root, "drafts/image-of-yesterday"), 1, 1);
  const before = await listTree(root);
  machines.push({ id: createSandboxId(), snapshotId: running });
  const planned = await store.collectGarbage({ dryRun: true });
  expect(await listTree(root)).toEqual(before);
  expect(planned.removed.map(({ kind, name }) => [kind, name])).toEqual([
    ["snapshot", looser],
    ["snapshot", loose],
    ["hot", head],
    ["draft", "image-of-yesterday"],
    ["draft", leftover],
    ["image", unnamed.id],
  ]);
  const sized = planned.removed.filter(({ kind }) => kind !== "draft");
  expect(sized.every(({ bytes }) => bytes > 0)).toBe(true);
  expect(await store.collectGarbage({ dryRun: false })).toEqual(planned);
  expect((await store.collectGarbage({ dryRun: false })).removed).toEqual([]);
  expect(await readdir(join(root, "hot"))).toEqual([running]);
  expect((await readdir(join(root, "images"))).toSorted()).toHaveLength(3);
  expect(await readdir(join(root, "images"))).toEqual(expect.arrayContaining([used.id, named.id]));
  for (const tag of ["py-2", "on-used", running]) await store.open(tag, PATIENT);
});

test("leaves all that a suspended machine may need, as long as nobody knows what that is", async () => {
  await using scratch = await createScratch();
  const damaged = createSandboxId();
  const machines: SnapshotUser[] = [{ id: damaged, snapshotId: undefined, isSuspended: true }];
  const store = createSnapshotStore({ root: scratch.path, claims: new Claims(() => machines) });
  const { manifest } = await storeSnapshot(store, "py");
  const loose = await storeBranch(store, null, manifest.id);
  await storeSnapshot(store, "other");
  expect((await store.collectGarbage({ dryRun: false })).removed).toEqual([]);
  const refusal = { code: "snapshot_in_use", details: { sandboxes: [damaged] } };
  await expect(store.remove("other")).rejects.toMatchObject(refusal);
  machines.pop();
  expect((await store.collectGarbage({ dryRun: false })).removed).toMatchObject([{ name: loose }]);
});

test("leaves what somebody works on, and what was asked for just now", async () => {
  await using scratch = await createScratch();
  const root = scratch.path;
  const claims = new Claims();
  const store = createSnapshotStore({ root, claims });
  const images = createImageStore({ root, builder: new PackageListBuilder(), claims });
  await images.build("name", recipeOf("pkg-b"), PATIENT);
  using _image = await images.hold("name", "snapshot new", PATIENT);
  await images.build("name", recipeOf("pkg-c"), PATIENT);
  await storeChain(store, "py", 2);
  await store.open("py-1", PATIENT);
  await using draft = await store.begin("new");
  await fillDraft(draft);
  await using unnamed = await store.begin(null);
  await using _chain = await store.beginImport("imported", { replace: false });
  expect((await store.collectGarbage({ dryRun: false })).removed).toEqual([]);
  await draft.commit(describeSnapshot(draft.id), PATIENT);
  expect((await stat(unnamed.machineDirectory)).isDirectory()).toBe(true);
});

test("removes no snapshot or image that a damaged tag may point to", async () => {
  await using scratch = await createScratch();
  const root = scratch.path;
  const store = createSnapshotStore({ root, hotGraceMs: 0 });
  await storeSnapshot(store, "py");
  await using draft = await store.begin(null);
  await fillDraft(draft);
  await draft.commit(describeSnapshot(draft.id), PATIENT);
  await draft[Symbol.asyncDispose]();
  await writeFile(join(root, "snapshot-tags/py"), "{");
  expect((await store.collectGarbage({ dryRun: false })).removed).toEqual([]);
});

async function storeWith(
  store: ReturnType<typeof createSnapshotStore>,
  tag: string,
  image: { id: ImageId; sizeBytes: number },
): Promise<void> {
  await using draft = await store.begin(tag);
  await fillDraft(draft);
  await draft.commit({ ...describeSnapshot(draft.id), image }, PATIENT);
}
