import { stat } from "node:fs/promises";
import type { ForkdError } from "@forkd/contract";
import { Claims, removeImage } from "@forkd/core";
import { expect, test, vi } from "vitest";
import { PackageListBuilder, recipeOf } from "../../test/image-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { PATIENT, describeSnapshot, fillDraft } from "../../test/snapshot-fixture.ts";
import { createSnapshotStore } from "../snapshots/store.ts";
import { createImageStore } from "./store.ts";

vi.setConfig({ testTimeout: 60_000 });

function openStores(root: string) {
  const claims = new Claims();
  const builder = new PackageListBuilder();
  const images = createImageStore({ root, builder, claims });
  return { claims, builder, images, snapshots: createSnapshotStore({ root, claims }) };
}

test("keeps the image of a snapshot that is being made, by whichever name or id it is called", async () => {
  await using scratch = await createScratch();
  const stores = openStores(scratch.path);
  const { images, snapshots } = stores;
  const { id } = await images.build("one", recipeOf("python3"), PATIENT);
  await images.build("other", recipeOf("python3"), PATIENT);
  {
    await using draft = await snapshots.begin("py");
    using held = await images.hold("one", "snapshot py", PATIENT);
    for (const image of ["one", "other", id])
      await expect(removeImage(stores, image)).rejects.toMatchObject({
        code: "image_in_use",
        details: { image, users: ["snapshot py"] },
      });
    // Its name may lead elsewhere meanwhile.
    await images.build("one", recipeOf("nodejs"), PATIENT);
    await images.build("other", recipeOf("nodejs"), PATIENT);
    expect((await snapshots.collectGarbage({ dryRun: false })).removed).toEqual([]);
    const { path, sizeBytes } = await held.open(PATIENT);
    expect((await stat(path)).size).toBe(sizeBytes);
    await fillDraft(draft);
    await draft.commit({ ...describeSnapshot(draft.id), image: { id, sizeBytes } }, PATIENT);
  }
  await expect(removeImage(stores, id)).rejects.toMatchObject({ details: { users: ["py"] } });
  await snapshots.remove("py");
  await removeImage(stores, id);
  await expect(images.hold(id, "a fork", PATIENT)).rejects.toMatchObject({ code: "image_not_found" });
});

test("either holds an image that is removed at the same time, or says that it is not there", async () => {
  await using scratch = await createScratch();
  const stores = openStores(scratch.path);
  const outcomes: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    await stores.images.build("py", recipeOf("python3"), PATIENT);
    const holding = hold(stores.images);
    for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
    const removal = removeImage(stores, "py").then(
      () => "removed",
      (error: ForkdError) => error.code,
    );
    outcomes.push((await Promise.all([holding, removal])).join());
  }
  const possible = ["held,image_in_use", "image_not_found,removed", "held,removed"];
  expect(possible).toEqual(expect.arrayContaining([...new Set(outcomes)]));
});

/** Says `held` only when the image was there as long as it was held. */
async function hold(images: ReturnType<typeof openStores>["images"]): Promise<string> {
  try {
    using held = await images.hold("py", "a fork", PATIENT);
    const { path } = await held.open(PATIENT);
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    await stat(path);
    return "held";
  } catch (error) {
    return (error as ForkdError).code;
  }
}

test("gives a name only to an image that stays", async () => {
  await using scratch = await createScratch();
  const stores = openStores(scratch.path);
  for (let round = 0; round < 12; round += 1) {
    const { id } = await stores.images.build("first", recipeOf("python3"), PATIENT);
    const build = stores.images.build("second", recipeOf("python3"), PATIENT);
    for (let turn = 0; turn < round * 2; turn += 1) await new Promise(setImmediate);
    const removal = await removeImage(stores, "first").then(
      () => "removed",
      (error: ForkdError) => error.code,
    );
    expect(["removed", "image_in_use"]).toContain(removal);
    expect((await build).names).toContain("second");
    // One that was removed after it was built went with all of its names.
    const found = await stores.images.find("second").catch((error: ForkdError) => error.details);
    expect([{ image: "second", known: [] }, { id }]).toContainEqual(found);
    await removeImage(stores, "second").catch(() => undefined);
  }
});
