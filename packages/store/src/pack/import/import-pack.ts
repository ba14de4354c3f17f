import { open, stat } from "node:fs/promises";
import { namingDiskFull } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions, ProgressOptions, SnapshotSummary, StoredImage } from "@forkd/core";
import { requireSpace } from "../../files/require-space.ts";
import type { ImageImport, PortableImages } from "../../images/portable-images.ts";
import type { ChainImport, LinkFile } from "../../snapshots/portable-snapshots.ts";
import type { OpenPack } from "../format/open-pack.ts";
import type { PackBlob } from "../format/pack-manifest.ts";
import { composeFile } from "../../memory/compose-file.ts";
import type { ComposeOptions } from "../../memory/compose-file.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import type { PackStore } from "../pack-store.ts";
import type { PagedFile } from "../pages/file-pages.ts";
import { byteProgress } from "../../verify/byte-progress.ts";
import type { CheckedPack } from "./check-pack.ts";
import { requireHarmlessOverlay } from "./disk-header.ts";
import { receiveBlob } from "./receive-blob.ts";

export interface ImportOrder {
  readonly tag: string;
  readonly force: boolean;
}

/**
 * Brings the snapshots of a checked pack into the store, less what is there already. All of it is there afterwards,
 * or nothing but the image, which is of use to a second attempt.
 */
export async function importPack(
  store: PackStore,
  { pack, checked, order }: { pack: OpenPack; checked: CheckedPack; order: ImportOrder },
  options: ProgressOptions,
): Promise<SnapshotSummary> {
  const { manifest } = checked;
  const stage = `unpacking ${order.tag}`;
  return namingDiskFull(store.root, stage, async () => {
    await using chain = await store.snapshots.beginImport(order.tag, { replace: order.force });
    const files = await addLinks(chain, manifest.links, options);
    // Whether it is here already or comes with the pack.
    using _image = await store.snapshots.claims.holds.take(
      manifest.image.id,
      `pulling ${order.tag}`,
      options,
    );
    await using image = await prepareImage(
      store.images,
      { record: manifest.image, parent: chain.directory },
      options,
    );
    const targets = targetsOf(files, image);
    const isWanted = (blob: PackBlob): boolean => targets.has(blob.content.sha256);
    const wanted = manifest.blobs.filter(isWanted);
    await requireSpace(store.root, leastBytesOf(wanted), stage);
    const onBytes = byteProgress({ step: "unpack", doing: "unpacking" }, wanted, options);
    const take = async (blob: PackBlob, bytes: AsyncIterable<Buffer>): Promise<void> => {
      const [first, ...others] = targets.get(blob.content.sha256) ?? [];
      if (first === undefined) return;
      await using base =
        blob.kind === "pages-on-image" ? await openImage(image, manifest.image.sizeBytes) : undefined;
      await receiveBlob(blob, bytes, { path: first, image: base, onBytes }, options);
      for (const other of others) await copySparse(first, other, { signal: options.signal, stage });
    };
    await pack.readBlobs(manifest, isWanted, take, options);
    for (const { role, path } of files)
      if (role === "disk") await requireHarmlessOverlay(path, manifest.image.sizeBytes);
    throwIfAborted(options.signal, stage);
    await image.draft?.commit();
    return await chain.commit(options);
  });
}

/** Gives the files of the links that are not in the store yet. */
async function addLinks(
  chain: ChainImport,
  links: readonly string[],
  options: CallOptions,
): Promise<LinkFile[]> {
  const files: LinkFile[] = [];
  for (const text of links) files.push(...(await chain.addLink(text, options)).files);
  return files;
}

/** The image, stored or to be written. */
interface PreparedImage extends AsyncDisposable {
  readonly id: string;
  readonly stored: StoredImage | undefined;
  readonly draft: ImageImport | undefined;
}

async function prepareImage(
  images: PortableImages,
  { record, parent }: { record: CheckedPack["manifest"]["image"]; parent: string },
  options: ProgressOptions,
): Promise<PreparedImage> {
  const stored = await images.findWhole(record.id, options);
  const draft = stored === undefined ? await images.beginImport(record, parent) : undefined;
  return { id: record.id, stored, draft, [Symbol.asyncDispose]: async () => draft?.[Symbol.asyncDispose]() };
}

async function openImage(
  { stored, draft }: PreparedImage,
  sizeBytes: number,
): Promise<PagedFile & AsyncDisposable> {
  const handle = await open(stored?.path ?? draft?.path ?? "", "r");
  return { handle, sizeBytes, [Symbol.asyncDispose]: () => handle.close() };
}

/** A second file of the same content, holes and all. */
async function copySparse(from: string, to: string, options: ComposeOptions): Promise<void> {
  const { size: sizeBytes } = await stat(from);
  const makeError = (why: string): Error => new PackFormatError(`a file of it ${why}`);
  await composeFile(to, { base: { path: from, makeError }, sizeBytes, layers: [], holes: "keep" }, options);
}

/** Where each content has to be written, by its digest. */
function targetsOf(files: readonly LinkFile[], { id, draft }: PreparedImage): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  if (draft !== undefined) targets.set(id, [draft.path]);
  for (const { sha256, path } of files) targets.set(sha256, [...(targets.get(sha256) ?? []), path]);
  return targets;
}

/** What blobs make of a file system at least: holes, and pages that are copied from the image, come on top. */
function leastBytesOf(blobs: readonly PackBlob[]): number {
  return blobs.reduce((sum, blob) => sum + Math.min(blob.sizeBytes, blob.content.sizeBytes), 0);
}
