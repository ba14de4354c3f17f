import type { ImageRecipe, SnapshotRequest } from "@forkd/sdk";

/** How a snapshot is made of the recipe's image. */
export type RecipeSnapshot = Omit<SnapshotRequest, "tag" | "image">;

/** A `forkd.toml`, with the files that it names read in. */
export interface Recipe {
  readonly name: string;
  /** The directory that it is in. */
  readonly directory: string;
  /** Its declarative file there. */
  readonly fileName: string;
  readonly description: string | undefined;
  /** What it is for. */
  readonly problem: string | undefined;
  readonly image: ImageRecipe;
  readonly snapshot: RecipeSnapshot;
  /** TCP ports that programs of its machines listen on. */
  readonly ports: readonly number[];
  /** The path of the program that shows what it is for. */
  readonly demo: string | undefined;
}
