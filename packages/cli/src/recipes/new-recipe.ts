import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TAG_PATTERN, TAG_RULE } from "@forkd/contract/names";
import { usageError } from "../cli-error.ts";
import { requireRecipe } from "./load-recipe.ts";
import type { Recipe } from "./recipe.ts";

/** What a recipe of one's own begins as. */
const PATTERN = "py-numpy";

/** Makes `directory`, with the files of another recipe and a name of its own. Throws a usage error if it is there. */
export async function writeNewRecipe(directory: string, name: string, from = PATTERN): Promise<void> {
  if (!TAG_PATTERN.test(name)) throw usageError(`${name} is no name of a recipe`, `it ${TAG_RULE}`);
  const pattern = await requireRecipe(from);
  await makeDirectory(directory);
  await cp(pattern.directory, directory, { recursive: true });
  await rename(pattern, join(directory, pattern.fileName), name);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw usageError(`${directory} is there already`, "name a directory that is not");
    throw usageError(`${directory} cannot be made: ${message}`, "name a place that you can write to");
  }
}

async function rename({ name: old }: Recipe, path: string, name: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const line = new RegExp(`^name *= *["']${RegExp.escape(old)}["']`, "m");
  await writeFile(path, text.replace(line, `name = "${name}"`));
}
