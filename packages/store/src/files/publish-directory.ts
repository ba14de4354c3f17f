import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Waits until a directory's entries are on the disk: a rename or a new file is durable only after this. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

/**
 * Moves a directory whose files are synced already to where others look for it, so that the move survives a power
 * cut. It moves back when `undo` unwinds.
 */
export async function publishDirectory(from: string, to: string, undo: AsyncDisposableStack): Promise<void> {
  await syncDirectory(from);
  await rename(from, to);
  undo.defer(() => rename(to, from));
  await syncDirectory(dirname(to));
  await syncDirectory(dirname(from));
}
