import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { listDirectory } from "./list-directory.ts";

// It begins with a dot, so it is no tag, name or id.
const TEMPORARY_PATTERN = /^\..+\.[0-9a-f]{16}\.tmp$/;

/** `untilReboot`: for what is short, and what a power cut makes worthless anyway, so that it need not wait for the disk. */
export type Durability = "durable" | "untilReboot";

/**
 * Writes a file so that a crash leaves the old content or the new, whole: a temporary sibling of mode 0600, fsync,
 * rename, fsync of the directory. Of several writers at once the last wins. A failure leaves the old file, and
 * nothing else.
 */
export async function replaceFile(
  path: string,
  text: string,
  durability: Durability = "durable",
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  if (durability === "untilReboot") return replaceNow(path, temporary, text);
  // Opened first: once the file is in place, little is left that can fail.
  await using directory = await open(dirname(path), "r");
  await using undo = new AsyncDisposableStack();
  await using file = await open(temporary, "wx", 0o600);
  undo.defer(() => rm(temporary, { force: true }));
  await file.writeFile(text);
  await file.sync();
  await rename(temporary, path);
  await directory.sync();
}

/** In one go, since nothing of it waits for a disk: each step that is handed to another thread takes longer than all. */
function replaceNow(path: string, temporary: string, text: string): void {
  try {
    writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Whether a name is that of a file that is not whole yet. */
export function isTemporary(name: string): boolean {
  return TEMPORARY_PATTERN.test(name);
}

/** Removes the siblings that writers left behind when they were killed, and names them. */
export async function removeTemporaries(directory: string): Promise<string[]> {
  const names = (await listDirectory(directory)).filter(isTemporary);
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
  return names;
}
