import { readdir } from "node:fs/promises";
import { isMissing } from "./errno.ts";

/** The names in a directory, sorted; none where there is no such directory. */
export async function listDirectory(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
