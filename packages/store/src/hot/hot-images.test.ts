import { randomBytes } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { PATIENT } from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { HotImages } from "./hot-images.ts";
import type { HotPlan } from "./hot-images.ts";
import { createDiskPlace } from "./place.ts";

const MIB = 1024 * 1024;

async function planOf(root: string): Promise<HotPlan> {
  const path = join(root, "memory");
  await writeFile(path, randomBytes(MIB));
  const makeError = (why: string): Error => new Error(why);
  return { base: { path, makeError }, layers: [], sizeBytes: MIB, check: async () => undefined };
}

test("removes the images that were least recently used when they take too much", async () => {
  await using scratch = await createScratch();
  const directory = join(scratch.path, "hot");
  await mkdir(directory);
  const images = new HotImages(createDiskPlace(directory, 3.5 * MIB), 0);
  const plan = () => planOf(scratch.path);
  const [a, b, c, d] = Array.from({ length: 4 }, createSnapshotId) as [never, never, never, never];
  for (const id of [a, b, c]) await images.ensure(id, plan, PATIENT);
  await images.find(a);
  await images.ensure(d, plan, PATIENT);
  expect(new Set(await readdir(directory))).toEqual(new Set([a, c, d]));
});

test("keeps images that were asked for lately, whatever they take", async () => {
  await using scratch = await createScratch();
  const directory = join(scratch.path, "hot");
  await mkdir(directory);
  const images = new HotImages(createDiskPlace(directory, MIB), 60_000);
  for (let count = 1; count <= 3; count += 1) {
    await images.ensure(createSnapshotId(), () => planOf(scratch.path), PATIENT);
    expect(await readdir(directory)).toHaveLength(count);
  }
  expect(await images.listCold()).toEqual([]);
});

test("leaves nothing of an image whose sources turn out to be wrong, and makes it when asked again", async () => {
  await using scratch = await createScratch();
  const images = new HotImages(createDiskPlace(scratch.path), 0);
  const id = createSnapshotId();
  const wrong = async (): Promise<HotPlan> => ({
    ...(await planOf(scratch.path)),
    check: () => Promise.reject(new Error("changed")),
  });
  await expect(images.ensure(id, wrong, PATIENT)).rejects.toThrow("changed");
  expect(await readdir(scratch.path)).toEqual(["memory"]);
  expect(await images.find(id)).toBeUndefined();
  expect(await images.ensure(id, () => planOf(scratch.path), PATIENT)).toBe(join(scratch.path, id));
  expect(await images.ensure(id, wrong, PATIENT)).toBe(join(scratch.path, id));
});

test("does not use an image that another process left", async () => {
  await using scratch = await createScratch();
  const images = new HotImages(createDiskPlace(scratch.path), 0);
  const id = createSnapshotId();
  await writeFile(join(scratch.path, id), Buffer.alloc(MIB));
  expect(await images.find(id)).toBeUndefined();
  expect(await images.listCold()).toEqual([{ id, bytes: MIB }]);
});
