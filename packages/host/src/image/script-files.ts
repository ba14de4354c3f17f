import type { FileHandle } from "node:fs/promises";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** An open file with this text that has no name any more: only who gets the descriptor can read it. */
export async function openScript(directory: string, text: string): Promise<FileHandle> {
  const path = join(directory, `script-${crypto.randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await rm(path);
    // A positional write leaves the offset that the reader inherits at the beginning.
    await file.write(Buffer.from(text), { position: 0 });
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
