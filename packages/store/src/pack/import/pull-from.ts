import { ForkdError } from "@forkd/contract";
import type { CallOptions, ProgressOptions, PullOrder, SnapshotSummary } from "@forkd/core";
import { errnoOf, openNamedFile } from "@forkd/posix";
import type { NamedFile } from "@forkd/posix";
import { archiveLimitOf, openArchivePack } from "../archive/open-archive-pack.ts";
import type { ArchivePack } from "../archive/open-archive-pack.ts";
import { downloadPack, dropPack, pathOfPack, peekPack, requireDigest } from "../download/download-pack.ts";
import type { PackDownload } from "../download/download-pack.ts";
import { readChunks } from "../pages/file-pages.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import type { OpenPack } from "../format/open-pack.ts";
import { openRegistryPack } from "../registry/pull-pack.ts";
import type { PullSource } from "../registry/pull-pack.ts";
import { attributeErrors } from "./attribute-errors.ts";
import { checkPack } from "./check-pack.ts";
import type { CheckedPack } from "./check-pack.ts";
import { importPack } from "./import-pack.ts";
import type { PackStore } from "../pack-store.ts";

export interface PulledPack {
  /** Where it came from, without secrets. */
  readonly source: string;
  readonly stored: SnapshotSummary;
  readonly checked: CheckedPack;
  readonly bytesReceived: number;
}

/** Takes a pack in from a file of this host. */
export async function pullFromFile(
  store: PackStore,
  { path, sha256, order }: { path: string; sha256: string | undefined; order: PullOrder },
  options: ProgressOptions,
): Promise<PulledPack> {
  const work = async (): Promise<PulledPack> => {
    await using file = await openPackFile(path);
    const { handle, facts } = file;
    if (sha256 !== undefined) await requireDigest(handle, sha256, options);
    await using pack = await openArchivePack(path, readChunks(handle, facts.sizeBytes, options), options);
    return { ...(await takeIn(store, pack, { order, options })), bytesReceived: 0 };
  };
  return attributeErrors(path, work, options);
}

/** Looks at the beginning of a file elsewhere, and gets all of it only when it may come in. */
export async function pullFromUrl(
  store: PackStore,
  { download, order }: { download: PackDownload; order: PullOrder },
  options: ProgressOptions,
): Promise<PulledPack> {
  const source = `${download.url.origin}${download.url.pathname}`;
  const work = async (): Promise<PulledPack> => {
    const limitBytes = await peek(source, { download, order }, options);
    await download.place.prepare();
    using _ = await download.place.lock(pathOfPack(download), options);
    const { path, bytesReceived } = await downloadPack({ ...download, limitBytes }, options);
    // Whether it could be used or not, nobody goes on with a file that is whole.
    await using undo = new AsyncDisposableStack();
    undo.defer(() => dropPack(path));
    await using file = await openNamedFile(path, (why) => new PackFormatError(`the download ${why}`));
    const chunks = readChunks(file.handle, file.facts.sizeBytes, options);
    await using pack = await openArchivePack(source, chunks, options);
    return { ...(await takeIn(store, pack, { order, options })), bytesReceived };
  };
  return attributeErrors(source, work, options);
}

/** Takes a pack in from a registry; what came of it stays for the next attempt when this one fails. */
export async function pullFromRegistry(
  store: PackStore,
  { source, order }: { source: PullSource; order: PullOrder },
  options: ProgressOptions,
): Promise<PulledPack> {
  const work = async (): Promise<PulledPack> => {
    const pack = await openRegistryPack(source, options);
    await source.place.prepare();
    const taken = await takeIn(store, pack, { order, options });
    await pack.dropDownloads();
    return { ...taken, bytesReceived: pack.bytesReceived() };
  };
  return attributeErrors(source.reference.text, work, options);
}

async function openPackFile(path: string): Promise<NamedFile> {
  try {
    return await openNamedFile(path, (why) => unusable(path, why));
  } catch (error) {
    const isMissing = errnoOf((error as Error).cause) === "ENOENT";
    throw isMissing ? new ForkdError("pack_not_found", { path }, { cause: error }) : error;
  }
}

function unusable(path: string, why: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path: "source", message: `${path} ${why}` }] });
}

async function takeIn(
  store: PackStore,
  pack: OpenPack,
  { order, options }: { order: PullOrder; options: ProgressOptions },
): Promise<Omit<PulledPack, "bytesReceived">> {
  const checked = await checkPack(pack, order, options);
  const tag = order.tag ?? checked.manifest.tag;
  if (tag === null) {
    const message = "is needed: the snapshot in the pack has none";
    throw new ForkdError("invalid_request", { issues: [{ path: "tag", message }] });
  }
  const stored = await importPack(store, { pack, checked, order: { ...order, tag } }, options);
  return { source: pack.source, stored, checked };
}

/** Refuses what may not come in, and gives how large the file can be. */
async function peek(
  source: string,
  { download, order }: { download: PackDownload; order: PullOrder },
  { signal }: CallOptions,
): Promise<number> {
  // Ends the connection at once, however slow it is.
  const enough = new AbortController();
  const options = { signal: AbortSignal.any([signal, enough.signal]) };
  await using pack: ArchivePack = await openArchivePack(source, peekPack(download, options), options);
  using _ = { [Symbol.dispose]: () => enough.abort() };
  const { manifest } = await checkPack(pack, order, options);
  return archiveLimitOf(pack, manifest.blobs);
}
