import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { findRegularFile, isTemporary, listDirectory, replaceFile } from "@forkd/posix";
import { JsonFileCache } from "../../files/json-file-cache.ts";

/** Below the data root: a note for each file elsewhere that is being written. */
const NOTES = "unfinished";
const LIMIT_BYTES = 16_384;

const noteSchema = z.strictObject({ path: z.string().startsWith("/") });

class UselessNote extends Error {}

/**
 * Notes that a temporary file is being written outside of the data root, so that the next start finds it when this
 * process is killed: it holds the memory of a guest. Disposal, once the file is gone, takes the note back.
 */
export async function noteUnfinished(root: string, path: string): Promise<AsyncDisposable> {
  const directory = join(root, NOTES);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const note = join(directory, `${randomBytes(8).toString("hex")}.json`);
  await replaceFile(note, JSON.stringify({ path }));
  return { [Symbol.asyncDispose]: () => rm(note, { force: true }) };
}

/** Removes the files that were noted, and gives their paths. A file that is not called as a temporary one stays. */
export async function* removeUnfinished(root: string): AsyncGenerator<string> {
  for (const name of await listDirectory(join(root, NOTES))) {
    const note = join(root, NOTES, name);
    const path = await readNote(note);
    if (path !== undefined && isTemporary(basename(path)) && (await isRegular(path))) {
      await rm(path, { force: true });
      yield path;
    }
    await rm(note, { force: true });
  }
}

async function readNote(note: string): Promise<string | undefined> {
  const notes = new JsonFileCache(noteSchema, LIMIT_BYTES);
  try {
    return (await notes.read(note, (why) => new UselessNote(why)))?.value.path;
  } catch (error) {
    if (error instanceof UselessNote) return undefined;
    throw error;
  }
}

async function isRegular(path: string): Promise<boolean> {
  try {
    return (await findRegularFile(path, (why) => new UselessNote(why))) !== undefined;
  } catch (error) {
    if (error instanceof UselessNote) return false;
    throw error;
  }
}
