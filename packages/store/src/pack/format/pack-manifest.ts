import { z } from "zod";
import { ForkdError, imageIdSchema, imageRecipeSchema, sha256Schema, tagSchema } from "@forkd/contract";
import { JsonError, PAGE_SIZE, contentOffset, parseJson } from "@forkd/core";
import type { CallOptions, SnapshotManifest } from "@forkd/core";
import { MAX_CHAIN_DEPTH } from "../../snapshots/chain-limits.ts";
import { snapshotManifestSchema } from "../../snapshots/manifest.ts";
import { contentsOf } from "./contents.ts";
import { PackFormatError } from "./pack-format-error.ts";

/** The newest format that is read. It is that of packs whose snapshots record their devices; all else is as in 1. */
export const NEWEST_PACK_FORMAT = 2;

/** A pack manifest is at most this large; most of it can be the source code of warm-ups, and the image's files. */
export const PACK_MANIFEST_LIMIT_BYTES = 48 * 1024 * 1024;

/** What a pack may become on the disk, holes counted as if they were data. */
const CONTENT_LIMIT_BYTES = 2 ** 40;

/** As large as an image can be built. */
const IMAGE_LIMIT_BYTES = 64 * 1024 ** 3;

const MAX_BLOBS = 4096;

const size = z.number().int().nonnegative().max(CONTENT_LIMIT_BYTES);

/**
 * One run of bytes in a pack, and the file that it becomes. `file`: as it is. `pages`: a memory layer of the pages
 * that are not empty. `pages-on-image`: a table of the pages that the root image has, then a layer of the others.
 */
const blobSchema = z.strictObject({
  kind: z.enum(["file", "pages", "pages-on-image"]),
  sha256: sha256Schema,
  sizeBytes: size,
  content: z.strictObject({ sha256: sha256Schema, sizeBytes: size }),
});

const packManifestSchema = z.strictObject({
  formatVersion: z.literal([1, NEWEST_PACK_FORMAT]),
  /** The tag that it had; null for a snapshot without one. */
  tag: tagSchema.nullable(),
  description: z.string().max(4096),
  createdAtUnix: z.number().int().nonnegative(),
  image: z.strictObject({
    id: imageIdSchema,
    sizeBytes: size.max(IMAGE_LIMIT_BYTES),
    createdAtUnix: z.number().int().nonnegative(),
    recipe: imageRecipeSchema,
  }),
  /** `manifest.json` of each snapshot, byte for byte, from the one that stands alone to the head. */
  links: z.array(z.string()).min(1).max(MAX_CHAIN_DEPTH),
  /** In the order in which they follow: that of the image first. */
  blobs: z.array(blobSchema).min(1).max(MAX_BLOBS),
});

/** The oldest format that a pack of these snapshots can have: older versions of us import it where they can. */
export function packFormatOf(snapshots: readonly SnapshotManifest[]): PackManifest["formatVersion"] {
  return snapshots.every(({ formatVersion }) => formatVersion === 1) ? 1 : NEWEST_PACK_FORMAT;
}

/** What a pack is made of; its digest is what gets signed. */
export type PackManifest = z.output<typeof packManifestSchema>;
export type PackBlob = z.output<typeof blobSchema>;

/** A pack manifest, with the manifests of the snapshots in it. */
export interface ParsedPack {
  readonly manifest: PackManifest;
  readonly snapshots: readonly SnapshotManifest[];
}

/**
 * Reads a pack manifest, which is hostile, and checks that its parts agree with each other. Throws `PackFormatError`;
 * `pack_incompatible` for a newer format.
 */
export async function parsePackManifest(
  bytes: Buffer,
  source: string,
  options: CallOptions,
): Promise<ParsedPack> {
  const document = await readDocument(bytes, "its manifest", options);
  requireKnownFormat(document, source);
  const manifest = fit(packManifestSchema, document, "its manifest");
  const snapshots: SnapshotManifest[] = [];
  for (const text of manifest.links) snapshots.push(await parseLink(text, snapshots.length, options));
  requireOneImage(manifest, snapshots);
  requireBlobsOf(manifest, snapshots);
  return { manifest, snapshots };
}

async function parseLink(text: string, index: number, options: CallOptions): Promise<SnapshotManifest> {
  const name = `the manifest of its snapshot ${index}`;
  return fit(snapshotManifestSchema, await readDocument(Buffer.from(text), name, options), name);
}

function requireKnownFormat(document: unknown, source: string): void {
  const { data } = z.object({ formatVersion: z.number().int().positive() }).safeParse(document);
  if (data === undefined || data.formatVersion <= NEWEST_PACK_FORMAT) return;
  const [pack, host] = [String(data.formatVersion), String(NEWEST_PACK_FORMAT)];
  throw new ForkdError("pack_incompatible", { source, field: "pack format", pack, host });
}

function requireOneImage({ image }: PackManifest, snapshots: readonly SnapshotManifest[]): void {
  for (const snapshot of snapshots) {
    if (snapshot.image.id !== image.id || snapshot.image.sizeBytes !== image.sizeBytes)
      throw new PackFormatError(`${snapshot.id} stands on another image than the one in it`);
  }
}

/** Every file that is needed comes of one blob, and there are no others. */
function requireBlobsOf(manifest: PackManifest, snapshots: readonly SnapshotManifest[]): void {
  const wanted = new Map(contentsOf(manifest.image, snapshots).map((content) => [content.sha256, content]));
  let total = 0;
  for (const blob of manifest.blobs) {
    const { sha256, sizeBytes } = blob.content;
    if (wanted.get(sha256)?.sizeBytes !== sizeBytes)
      throw new PackFormatError(`the blob ${blob.sha256} is not what any file needs`);
    wanted.delete(sha256);
    requirePossible(blob, manifest);
    total += sizeBytes;
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw new PackFormatError(`the file ${missing} is missing`);
  if (total > CONTENT_LIMIT_BYTES)
    throw new PackFormatError(`it would become ${total} bytes, more than ${CONTENT_LIMIT_BYTES}`);
  if (manifest.blobs[0]?.content.sha256 !== manifest.image.id)
    throw new PackFormatError("its first blob is not the root image");
}

function requirePossible({ kind, sha256, sizeBytes, content }: PackBlob, { image }: PackManifest): void {
  if (kind === "file") {
    if (sha256 === content.sha256 && sizeBytes === content.sizeBytes) return;
    throw new PackFormatError(`the blob ${sha256} is a file, and another than it becomes`);
  }
  // A run of shared pages takes more in its table than a page does in its layer, but has no contents there.
  const most = contentOffset(content.sizeBytes / PAGE_SIZE) + 2 * PAGE_SIZE + content.sizeBytes;
  const isOnItself = kind === "pages-on-image" && content.sha256 === image.id;
  if (content.sizeBytes % PAGE_SIZE !== 0 || sizeBytes > most || isOnItself)
    throw new PackFormatError(
      `the blob ${sha256} cannot be the pages of a file of ${content.sizeBytes} bytes`,
    );
}

/** The value of a document of a pack, which is hostile. Throws `PackFormatError`, `cancelled`. */
export async function readDocument(bytes: Buffer, name: string, options: CallOptions): Promise<unknown> {
  try {
    return await parseJson(bytes, options);
  } catch (error) {
    if (error instanceof JsonError) throw new PackFormatError(`${name} ${error.message}`, { cause: error });
    throw error;
  }
}

/** Throws `PackFormatError` naming the first thing that does not fit. */
export function fit<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PackFormatError(
    `${name} is not valid: ${issue?.path.join(".") || "the document"}: ${issue?.message}`,
  );
}
