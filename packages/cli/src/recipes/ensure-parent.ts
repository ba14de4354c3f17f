import type { Forkd, ProgressOptions, SnapshotInfo } from "@forkd/sdk";
import { findSnapshot } from "../snapshot-tags.ts";
import { requireRecipe } from "./load-recipe.ts";
import { buildParent } from "./build-parent.ts";

/** The snapshot that has a recipe's name as its tag; made of the recipe, image and all, unless it is there. */
export async function ensureParent(
  forkd: Forkd,
  recipeName: string,
  options: ProgressOptions,
): Promise<SnapshotInfo> {
  const existing = await findSnapshot(forkd, recipeName, options);
  return existing ?? (await buildParent(forkd, await requireRecipe(recipeName), recipeName, options));
}
