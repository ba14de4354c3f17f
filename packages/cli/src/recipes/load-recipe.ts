import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parse as parseToml } from "smol-toml";
import { usageError } from "../cli-error.ts";
import { INSTALLATION } from "../environment.ts";
import { readInlineFile } from "../parse/inline-file.ts";
import type { Recipe } from "./recipe.ts";

const FILE_NAME = "recipe.toml";

/** The recipe of a directory, or the built-in one of that name; undefined when there is neither. */
export async function findRecipe(nameOrDir: string): Promise<Recipe | undefined> {
  const isPath = nameOrDir.includes("/") || nameOrDir === ".";
  const places = isPath ? [nameOrDir] : [join(INSTALLATION.recipesDir, nameOrDir), nameOrDir];
  for (const place of places) {
    const path = resolve(place, FILE_NAME);
    const text = await readIfThere(path);
    if (text !== undefined) return await loadRecipe(text, path);
  }
  if (isPath) throw usageError(`there is no ${FILE_NAME} in ${nameOrDir}`, "name a directory that has one");
  return undefined;
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
  const files = recipe.image.files.map(({ from, to, mode }) =>
    readInlineFile({ hostPath: resolve(dir, from), guestPath: to, mode }),
  );
  return {
    name: recipe.name,
    description: recipe.description,
    snapshot: snapshotOf(recipe),
    image: {
      suite,
      packages,
      sizeMib,
      files: await Promise.all(files),
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
