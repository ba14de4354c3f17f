import { readdir } from "node:fs/promises";
import { join, posix, relative, resolve } from "node:path";
import type { RecipeDocument } from "@forkd/contract";
import { usageError } from "../cli-error.ts";
import type { FileSpec } from "../parse/arguments.ts";

type NamedFile = RecipeDocument["image"]["files"][number];

/** As many as an image takes. */
const MAX_FILES = 256;

/** The files that a recipe in `dir` names; of a directory, those below it, in the order of their names. */
export async function listRecipeFiles(dir: string, named: readonly NamedFile[]): Promise<FileSpec[]> {
  const files = (await Promise.all(named.map((file) => expand(dir, file)))).flat();
  if (files.length <= MAX_FILES) return files;
  throw usageError(
    `the recipe in ${dir} names ${files.length} files, and an image takes ${MAX_FILES}`,
    "put them into an archive, and unpack it in the recipe's script",
  );
}

async function expand(dir: string, { from, to, mode }: NamedFile): Promise<FileSpec[]> {
  const hostPath = resolve(dir, from);
  const entries = await readdir(hostPath, { recursive: true, withFileTypes: true }).catch(orNotDirectory);
  if (entries === undefined) return [{ hostPath, guestPath: to, mode }];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({ hostPath: path, guestPath: posix.join(to, relative(hostPath, path)), mode }));
}

/** What is missing is told where it is read. */
function orNotDirectory(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOTDIR" && error.code !== "ENOENT") throw error;
}
