import { createHash, randomBytes } from "node:crypto";
import { link, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { namingDiskFull } from "@forkd/contract";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { syncDirectory, writeFully } from "@forkd/posix";
import type { PlannedBlob } from "../format/blob-planner.ts";
import type { PackPlan } from "../format/plan-pack.ts";
import { byteProgress } from "../../verify/byte-progress.ts";
import { ARCHIVE_NAMES } from "./archive-names.ts";
import { refusing } from "./pack-output.ts";
import { noteUnfinished } from "./unfinished-output.ts";
import { writeArchive } from "./write-archive.ts";
import type { ArchiveFile } from "./write-archive.ts";

export interface PackFile {
  readonly path: string;
  /** Replace what is there. */
  readonly force: boolean;
  readonly signature: Buffer | undefined;
  /** The data root, where it is noted that the file is not whole yet. */
  readonly root: string;
}

/**
 * Writes a pack to a file of mode 0600: it holds the memory of a guest. Until it is whole it has another name beside
 * it. Throws `invalid_request` when the file is there or cannot be made, `disk_full`, `cancelled`. Gives its size.
 */
export async function writePackFile(
  plan: PackPlan,
  { path, force, signature, root }: PackFile,
  options: ProgressOptions,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  return namingDiskFull(path, `pack ${path}`, async () => {
    await using undo = new AsyncDisposableStack();
    undo.use(await noteUnfinished(root, temporary));
    await using file = await refusing(path, () => open(temporary, "wx", 0o600));
    undo.defer(() => rm(temporary, { force: true }));
    const onBytes = byteProgress({ step: "pack", doing: "packing" }, plan.blobs, options);
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
  if (hash.digest("hex") !== blob.sha256) throw await blob.refute();
}
