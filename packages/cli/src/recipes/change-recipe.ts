import type { FileSpec } from "../parse/arguments.ts";
import { readInlineFile } from "../parse/inline-file.ts";
import type { Recipe } from "./recipe.ts";

interface Changes {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly files?: readonly FileSpec[] | undefined;
}

/** A recipe with other variables, and more files; the recipe itself when nothing is changed. */
export async function changeRecipe(recipe: Recipe, { env = {}, files = [] }: Changes): Promise<Recipe> {
  if (Object.keys(env).length === 0 && files.length === 0) return recipe;
  const more = await Promise.all(files.map(readInlineFile));
  return {
    ...recipe,
    image: { ...recipe.image, files: [...(recipe.image.files ?? []), ...more] },
    snapshot: { ...recipe.snapshot, env: { ...recipe.snapshot.env, ...env } },
  };
}
