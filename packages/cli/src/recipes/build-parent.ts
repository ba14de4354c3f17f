import type { Forkd, ProgressOptions, SnapshotInfo } from "@forkd/sdk";
import type { Recipe } from "./recipe.ts";

/** Builds a recipe's image, unless it is there, and makes its snapshot. Throws `snapshot_exists`. */
export async function buildParent(
  forkd: Forkd,
  { name, image: recipe, snapshot }: Recipe,
  tag: string,
  options: ProgressOptions,
): Promise<SnapshotInfo> {
  const image = await forkd.images.build({ name, recipe }, options);
  return await forkd.snapshots.create({ ...snapshot, tag, image: image.id }, options);
}
