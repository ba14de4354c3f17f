import { readdir } from "node:fs/promises";
import { unlessMissing } from "../errno.ts";

/** The names in a directory, sorted; none where there is no such directory. */
export async function listDirectory(path: string): Promise<string[]> {
  return ((await unlessMissing(readdir(path))) ?? []).toSorted();
}
