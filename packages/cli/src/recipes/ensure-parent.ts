import type { Forkd, ProgressOptions, SnapshotInfo } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { findSnapshot } from "../snapshot-tags.ts";
import { findRecipe, listRecipes } from "./load-recipe.ts";

/** The snapshot that has a recipe's name as its tag; made of the recipe, image and all, unless it is there. */
export async function ensureParent(
  forkd: Forkd,
  recipeName: string,
  options: ProgressOptions,
): Promise<SnapshotInfo> {
  const existing = await findSnapshot(forkd, recipeName, options);
  if (existing !== undefined) return existing;
  const recipe = await findRecipe(recipeName);
  if (recipe === undefined) {
    throw usageError(`there is no recipe ${recipeName}`, `one of ${(await listRecipes()).join(", ")}`);
  }
  const image = await forkd.images.build({ name: recipe.name, recipe: recipe.image }, options);
  return await forkd.snapshots.create({ ...recipe.snapshot, tag: recipeName, image: image.id }, options);
}
