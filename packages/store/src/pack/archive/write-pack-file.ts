import { createHash, randomBytes } from "node:crypto";
import { link, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { syncDirectory } from "../../files/durable.ts";
import { errnoOf, namingDiskFull } from "../../files/errno.ts";
import type { PackPlan, PlannedBlob } from "../format/plan-pack.ts";
import { writeFully } from "../pages/file-pages.ts";
import { trackBytes } from "../track-bytes.ts";
import { ARCHIVE_NAMES } from "./archive-pack.ts";
import { writeArchive } from "./write-archive.ts";
import type { ArchiveFile } from "./write-archive.ts";

export interface PackFile {
  readonly path: string;
  /** Replace what is there. */
  readonly force: boolean;
  readonly signature: Buffer | undefined;
}

/**
 * Writes a pack to a file of mode 0600: it holds the memory of a guest. Until it is whole it has another name beside
 * it. Throws `invalid_request` when the file is there or cannot be made, `disk_full`, `cancelled`. Gives its size.
 */
export async function writePackFile(
  plan: PackPlan,
  { path, force, signature }: PackFile,
  options: ProgressOptions,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  return namingDiskFull(path, `pack ${path}`, async () => {
    await using undo = new AsyncDisposableStack();
    await using file = await refusing(path, () => open(temporary, "wx", 0o600));
    undo.defer(() => rm(temporary, { force: true }));
    const onBytes = trackBytes({ step: "pack", doing: "packing" }, plan.blobs, options);
    const head = [inMemory(ARCHIVE_NAMES.manifest, plan.manifestBytes)];
    if (signature !== undefined) head.push(inMemory(ARCHIVE_NAMES.signature, signature));
    const files = [...head, ...plan.blobs.map((blob) => blobFile(blob, onBytes))];
    await writeArchive(files, (chunks) => appendAll(file, chunks), options);
    await file.sync();
    await refusing(path, () => (force ? rename(temporary, path) : link(temporary, path)));
    await syncDirectory(dirname(path));
    return (await stat(path)).size;
  });
}

async function appendAll(file: FileHandle, chunks: AsyncIterable<Buffer>): Promise<void> {
  let size = 0;
  for await (const chunk of chunks) {
    await writeFully(file, chunk, size);
    size += chunk.length;
  }
}

function inMemory(name: string, bytes: Buffer): ArchiveFile {
  return {
    name,
    sizeBytes: bytes.length,
    async *read() {
      yield bytes;
    },
  };
}

/** Ends in an error when the file that it is read from is not any more what it was. */
function blobFile(blob: PlannedBlob, onBytes: (count: number) => void): ArchiveFile {
  return {
    name: ARCHIVE_NAMES.blob(blob.sha256),
    sizeBytes: blob.sizeBytes,
    read: (options) => readVerified(blob, onBytes, options),
  };
}

/** The bytes of a blob. Throws `internal` at their end when they have not its digest. */
export async function* readVerified(
  blob: PlannedBlob,
  onBytes: (count: number) => void,
  options: CallOptions,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of blob.read(options)) {
    hash.update(chunk);
    onBytes(chunk.length);
    yield chunk;
  }
  if (hash.digest("hex") !== blob.sha256)
    throw new ForkdError("internal", {
      reason: `the file of blob ${blob.sha256} changed while it was packed`,
    });
}

const REFUSALS: Readonly<Record<string, string>> = {
  EEXIST: "is there already; remove it, choose another, or ask for it to be replaced",
  ENOENT: "is in a directory that does not exist",
  ENOTDIR: "is in something that is no directory",
  EISDIR: "is a directory",
  EACCES: "is where the daemon may not write",
  EPERM: "is where the daemon may not write",
  EROFS: "is on a file system that is read-only",
  ENAMETOOLONG: "has a name that is too long",
};

/** What is wrong with the path is the caller's to mend. */
async function refusing<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const message = REFUSALS[errnoOf(error) ?? ""];
    if (message === undefined) throw error;
    throw new ForkdError(
      "invalid_request",
      { issues: [{ path: "output", message: `${path} ${message}` }] },
      { cause: error },
    );
  }
}
