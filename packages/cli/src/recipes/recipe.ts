import type { ImageRecipe, SnapshotRequest } from "@forkd/sdk";

/** How a snapshot is made of the recipe's image. */
export type RecipeSnapshot = Omit<SnapshotRequest, "tag" | "image">;

/** A `recipe.toml`, with the files that it names read in. */
export interface Recipe {
  readonly name: string;
  readonly description: string | undefined;
  readonly image: ImageRecipe;
  readonly snapshot: RecipeSnapshot;
}
