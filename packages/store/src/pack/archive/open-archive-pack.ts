import type { CallOptions } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { OpenPack } from "../format/open-pack.ts";
import { NEWEST_PACK_FORMAT, PACK_MANIFEST_LIMIT_BYTES } from "../format/pack-manifest.ts";
import type { PackBlob, PackManifest } from "../format/pack-manifest.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { ENVELOPE_LIMIT_BYTES } from "../signature/envelope.ts";
import { ARCHIVE_NAMES } from "./archive-names.ts";
import { ARCHIVE_OVERHEAD_BYTES, ArchiveReader } from "./archive-reader.ts";
import type { ArchiveEntry } from "./archive-reader.ts";

const HEAD_LIMIT_BYTES = PACK_MANIFEST_LIMIT_BYTES + ENVELOPE_LIMIT_BYTES + 3 * ARCHIVE_OVERHEAD_BYTES;
/** tar(5): an archive ends with two empty blocks, and is often filled up to 10 KiB. */
const TRAILER_BYTES = 10_240;

// RFC 8878, 3.1.1: what cannot be compressed grows by 3 bytes a block; compressors make few blocks below 1 KiB.
const COMPRESSION_MARGIN = 256;
const FRAME_BYTES = 64 * 1024;

/** A pack in one file. Disposal ends the reading. */
export interface ArchivePack extends OpenPack, AsyncDisposable {}

/** Reads the beginning of an archive. Throws `PackFormatError`, `pack_incompatible`. */
export async function openArchivePack(
  source: string,
  bytes: AsyncIterable<Buffer>,
  options: CallOptions,
): Promise<ArchivePack> {
  await using undo = new AsyncDisposableStack();
  const archive = undo.use(new ArchiveReader(bytes, HEAD_LIMIT_BYTES, options));
  const first = await archive.next();
  requireOurs(source, first);
  const manifest = await collect(first, PACK_MANIFEST_LIMIT_BYTES);
  const second = await archive.next();
  const isSigned = second?.name === ARCHIVE_NAMES.signature;
  const signature = isSigned ? await collect(second, ENVELOPE_LIMIT_BYTES) : undefined;
  const firstBlob = isSigned ? await archive.next() : second;
  const disposal = undo.move();
  return {
    source,
    manifest,
    signature,
    readBlobs: (...parts) => readBlobs(archive, firstBlob, ...parts),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

/** What an archive with this manifest is at most when nothing in it could be compressed. */
export function archiveLimitOf(
  { manifest, signature }: Pick<OpenPack, "manifest" | "signature">,
  blobs: PackManifest["blobs"],
): number {
  const head = manifest.length + (signature?.length ?? 0) + 2 * ARCHIVE_OVERHEAD_BYTES;
  const archive = head + allowanceFor(blobs);
  return archive + Math.ceil(archive / COMPRESSION_MARGIN) + FRAME_BYTES;
}

async function readBlobs(
  archive: ArchiveReader,
  firstBlob: ArchiveEntry | undefined,
  ...[{ blobs }, isWanted, take]: Parameters<OpenPack["readBlobs"]>
): Promise<void> {
  archive.allow(allowanceFor(blobs));
  let entry = firstBlob;
  for (const blob of blobs) {
    requireBlob(entry, blob);
    if (isWanted(blob)) await take(blob, entry.read());
    else await drain(entry);
    entry = await archive.next();
  }
  if (entry !== undefined)
    throw new PackFormatError(`it goes on with ${quote(entry.name)} after its last blob`);
}

function allowanceFor(blobs: PackManifest["blobs"]): number {
  const sizes = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes + ARCHIVE_OVERHEAD_BYTES, 0);
  return sizes + TRAILER_BYTES;
}

function requireOurs(source: string, entry: ArchiveEntry | undefined): asserts entry is ArchiveEntry {
  if (entry?.name === ARCHIVE_NAMES.manifest) return;
  if (entry?.name === "manifest.toml") {
    const host = `version ${NEWEST_PACK_FORMAT}, of QEMU`;
    throw new ForkdError("pack_incompatible", {
      source,
      field: "pack format",
      pack: "that of snapshots of Firecracker (manifest.toml)",
      host,
    });
  }
  const found = entry === undefined ? "is empty" : `begins with ${quote(entry.name)}`;
  throw new PackFormatError(`it ${found} instead of ${ARCHIVE_NAMES.manifest}`);
}

function requireBlob(entry: ArchiveEntry | undefined, blob: PackBlob): asserts entry is ArchiveEntry {
  const name = ARCHIVE_NAMES.blob(blob.sha256);
  if (entry === undefined) throw new PackFormatError(`it ends before ${name}`);
  if (entry.name !== name) throw new PackFormatError(`it has ${quote(entry.name)} in the place of ${name}`);
  if (entry.sizeBytes !== blob.sizeBytes)
    throw new PackFormatError(`${name} has ${entry.sizeBytes} bytes instead of ${blob.sizeBytes}`);
}

async function collect(entry: ArchiveEntry, limitBytes: number): Promise<Buffer> {
  if (entry.sizeBytes > limitBytes)
    throw new PackFormatError(`${entry.name} has ${entry.sizeBytes} bytes, more than ${limitBytes}`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function drain(entry: ArchiveEntry): Promise<void> {
  for await (const _ of entry.read());
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
