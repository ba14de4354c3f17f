import { open } from "node:fs/promises";

/** Waits until a directory's entries are on the disk: a rename or a new file is durable only after this. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}
