import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { hasErrno, readIfPresent } from "@forkd/posix";
import { writeSynced } from "./write-synced.ts";

const RECORD = "entry.json";
const DRAFT = ".draft-";
const DRAFT_LIFE_MS = 86_400_000;

/** Fills a new directory, and returns what is to be known of it later. */
export type Fill<Entry> = (directory: string) => Promise<Entry>;

/** A directory of a cache that was made whole: its path, and what its maker recorded. */
export interface CacheEntry<Entry> {
  readonly directory: string;
  readonly entry: Entry;
}

/**
 * Finds the cache entry `path`, or has it made in a sibling that is renamed when it is whole. Whoever loses a race
 * of two processes takes what the winner made. Drafts that a killed process left go after a day.
 */
export async function ensureCacheEntry<Entry>(
  path: string,
  schema: z.ZodType<Entry>,
  fill: Fill<Entry>,
): Promise<CacheEntry<Entry>> {
  const present = await readEntry(path, schema);
  if (present !== undefined) return present;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await removeOldDrafts(dirname(path));
  const draft = await mkdtemp(`${path}${DRAFT}`);
  try {
    const entry = await fill(draft);
    await syncFiles(draft);
    await writeSynced(join(draft, RECORD), JSON.stringify(entry));
    await publish(draft, path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const made = await readEntry(path, schema);
  if (made === undefined) throw new Error(`the cache entry ${path} vanished while it was made`);
  return made;
}

/** Without this a crash after the rename could leave a whole name with empty files, see rename(2) and fsync(2). */
async function syncFiles(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    await using file = await open(join(entry.parentPath, entry.name), "r");
    await file.sync();
  }
}

async function removeOldDrafts(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.includes(DRAFT)) continue;
    const madeAt = await stat(join(parent, name)).catch(() => undefined);
    if (madeAt === undefined || Date.now() - madeAt.mtimeMs < DRAFT_LIFE_MS) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function publish(draft: string, path: string): Promise<void> {
  try {
    await rename(draft, path);
  } catch (error) {
    // rename(2) does not replace a directory that has files: another process was faster.
    if (!hasErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** Reads an entry, or gives undefined when there is none, or only one of another format. */
export async function readEntry<Entry>(
  path: string,
  schema: z.ZodType<Entry>,
): Promise<CacheEntry<Entry> | undefined> {
  const text = await readIfPresent(join(path, RECORD));
  if (text === undefined) return undefined;
  return { directory: path, entry: schema.parse(JSON.parse(text)) };
}
