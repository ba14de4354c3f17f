import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parse as parseToml } from "smol-toml";
import { usageError } from "../cli-error.ts";
import { INSTALLATION } from "../environment.ts";
import { readInlineFile } from "../parse/inline-file.ts";
import type { Recipe } from "./recipe.ts";
import { listRecipeFiles } from "./recipe-files.ts";

/** The second is what the first was called before. */
const FILE_NAMES = ["forkd.toml", "recipe.toml"] as const;

/** The recipe of a directory, or the built-in one of that name; undefined when there is neither. */
export async function findRecipe(nameOrDir: string): Promise<Recipe | undefined> {
  const isPath = nameOrDir.includes("/") || nameOrDir === ".";
  const places = isPath ? [nameOrDir] : [join(INSTALLATION.recipesDir, nameOrDir), nameOrDir];
  for (const path of places.flatMap((place) => FILE_NAMES.map((name) => resolve(place, name)))) {
    const text = await readIfThere(path);
    if (text !== undefined) return await loadRecipe(text, path);
  }
  if (!isPath) return undefined;
  throw usageError(`there is no ${FILE_NAMES[0]} in ${nameOrDir}`, "name a directory that has one");
}

/** As {@link findRecipe}; throws a usage error when there is none. */
export async function requireRecipe(nameOrDir: string): Promise<Recipe> {
  const recipe = await findRecipe(nameOrDir);
  if (recipe !== undefined) return recipe;
  throw usageError(`there is no recipe ${nameOrDir}`, `one of ${(await listRecipes()).join(", ")}`);
}

/** The names of the recipes that come with forkd. */
export async function listRecipes(): Promise<string[]> {
  const entries = await readdir(INSTALLATION.recipesDir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

async function loadRecipe(text: string, path: string): Promise<Recipe> {
  // The schemas take their time to load, and most command lines need none.
  const { decodeRecipe, snapshotOf } = await import("./decode-recipe.ts");
  const recipe = decodeRecipe(parseDocument(text, path), path);
  const dir = dirname(path);
  const { suite, packages, size_mib: sizeMib, script } = recipe.image;
  const files = await listRecipeFiles(dir, recipe.image.files);
  return {
    name: recipe.name,
    directory: dir,
    fileName: basename(path),
    description: recipe.description,
    problem: recipe.problem,
    ports: recipe.ports,
    demo: recipe.demo === undefined ? undefined : resolve(dir, recipe.demo),
    snapshot: snapshotOf(recipe),
    image: {
      suite,
      packages,
      sizeMib,
      files: await Promise.all(files.map(readInlineFile)),
      script: script === undefined ? null : await readFile(resolve(dir, script), "utf8"),
    },
  };
}

function parseDocument(text: string, path: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    throw usageError(`${path} is not TOML: ${(error as Error).message}`, "mend the line that it names");
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
