import { open } from "node:fs/promises";

/** Writes a new file that only its owner can read, and has it on the disk before it returns. */
export async function writeSynced(path: string, content: string): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(content);
  await file.sync();
}
