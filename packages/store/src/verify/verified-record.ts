import { join } from "node:path";
import { z } from "zod";
import { isDiskFull, sha256Schema } from "@forkd/contract";
import { hasErrno, replaceFile, readBootId } from "@forkd/posix";
import { canonicalJson } from "../files/canonical-json.ts";
import { JsonFileCache } from "../files/json-file-cache.ts";

/** The name of the record in a snapshot's or image's directory. */
const VERIFIED_FILE = "verified.json";

const LIMIT_BYTES = 64 * 1024;

/** The digest that a file's bytes had when its signature was this. */
export interface KnownDigest {
  readonly signature: string;
  readonly sha256: string;
}

const recordSchema = z.strictObject({
  bootId: z.string().max(64),
  files: z.record(
    z.string().max(64),
    z.strictObject({ signature: z.string().max(256), sha256: sha256Schema }),
  ),
});

/**
 * Digests that were computed since the host's last boot, kept next to the files so that a restarted daemon need
 * not hash them again before its first fork.
 *
 * It guards against accidents: a file that was cut, edited, replaced or copied back has another size, inode or
 * ctime, which no call can set at will; and after a reboot, when writes may be lost and the clock may have gone
 * back, everything is hashed anew. It does not guard against a disk that changes bits under an unchanged inode
 * while the host is up, nor against somebody who can write here as the daemon's user: he could write a new
 * manifest and tag as well. Wrong or missing, the record costs time only.
 */
export async function readVerified(directory: string): Promise<ReadonlyMap<string, KnownDigest>> {
  const file = await readRecord(join(directory, VERIFIED_FILE));
  if (file === undefined || file.bootId !== (await readBootId())) return new Map();
  return new Map(Object.entries(file.files));
}

/** Keeps the digests of a directory's files. A disk that is full or read-only is no failure: see above. */
export async function writeVerified(
  directory: string,
  files: ReadonlyMap<string, KnownDigest>,
): Promise<void> {
  const record = { bootId: await readBootId(), files: Object.fromEntries(files) };
  try {
    await replaceFile(join(directory, VERIFIED_FILE), `${canonicalJson(record)}\n`);
  } catch (error) {
    if (!isDiskFull(error) && !hasErrno(error, "EROFS")) throw error;
  }
}

class UnusableRecord extends Error {}

async function readRecord(path: string): Promise<z.output<typeof recordSchema> | undefined> {
  const records = new JsonFileCache(recordSchema, LIMIT_BYTES);
  try {
    return (await records.read(path, (why) => new UnusableRecord(why)))?.value;
  } catch (error) {
    if (error instanceof UnusableRecord) return undefined;
    throw error;
  }
}
