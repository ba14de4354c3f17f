import { lstat, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/**
 * Moves what was gathered to its place: at once where nothing is there; else directories are merged, files replaced
 * one by one, and everything else is in the way. Links are never followed.
 */
export async function moveInto(staged: string, target: string): Promise<void> {
  const [moving, found] = [await lstat(staged), await lstatIfThere(target)];
  if (found === undefined || !(moving.isDirectory() || found.isDirectory()))
    return await rename(staged, target);
  if (!moving.isDirectory() || !found.isDirectory()) {
    const [what, other] = moving.isDirectory() ? ["no directory", "a directory"] : ["a directory", "none"];
    throw new CliError(
      "exists",
      `${target} exists already, and is ${what}; what is copied there is ${other}`,
      {
        hint: "remove it, or name another place; what was copied before it stays",
        exitCode: EXIT.conflict,
      },
    );
  }
  for (const name of await readdir(staged)) await moveInto(join(staged, name), join(target, name));
}

async function lstatIfThere(path: string) {
  return await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
