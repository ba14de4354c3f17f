import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { namingDiskFull } from "@forkd/contract";
import type { ForkdError } from "@forkd/contract";
import { PAGE_SIZE, throwIfAborted } from "@forkd/core";
import type { CallOptions, ProgressOptions, SnapshotManifest, SnapshotSummary } from "@forkd/core";
import { replaceFile, sha256Of } from "@forkd/posix";
import { discardDirectory } from "../../discard.ts";
import { removeTree } from "../../files/remove-tree.ts";
import { MemoryLayer } from "../../memory/memory-layer.ts";
import { sealLayers } from "../../verify/seal.ts";
import { writeVerified } from "../../verify/verified-record.ts";
import { corrupt } from "../catalogue.ts";
import { findMismatch, requireRoom } from "../chain.ts";
import type { Link } from "../chain.ts";
import { parseManifest } from "../parse-manifest.ts";
import { forgetSnapshot } from "../store-parts.ts";
import type { StoreParts } from "../store-parts.ts";
import { MIB, SNAPSHOT_FILES, layersOf } from "../manifest.ts";
import type { OpenDraft } from "../open-drafts.ts";
import { point } from "./publish.ts";
import { isLinkStored } from "./stored-link.ts";
import { sweepReplaced } from "../removal/remove-tag.ts";
import type { ChainImport, ImportedLink } from "../portable-snapshots.ts";
import { publishDirectory } from "../../files/publish-directory.ts";

/** What the directory of an import among the drafts is called. */
export const IMPORT_PATTERN = /^import-[0-9a-f]{16}$/;

export interface ImportPlace {
  readonly parts: StoreParts;
  readonly tag: string;
  /** Disposed of once the chain is stored, or given up. */
  readonly claim: Disposable;
}

interface PendingLink extends Link {
  readonly text: string;
  readonly isPresent: boolean;
}

/** Makes the directories of an import. Throws `disk_full`. */
export async function createChainImport(place: ImportPlace): Promise<ChainImport> {
  await using undo = new AsyncDisposableStack();
  const chain = undo.use(new FileChainImport(place));
  await namingDiskFull(place.parts.root.path, `snapshot ${place.tag}`, () => chain.create());
  undo.move();
  return chain;
}

class FileChainImport implements ChainImport {
  readonly directory: string;
  readonly #place: ImportPlace;
  readonly #root: string;
  readonly #entry: OpenDraft;
  readonly #links: PendingLink[] = [];
  readonly #holds = new DisposableStack();
  #commit: Promise<SnapshotSummary> | undefined;

  constructor(place: ImportPlace) {
    const name = `import-${randomBytes(8).toString("hex")}`;
    this.#place = place;
    this.#root = join(place.parts.root.drafts, name);
    this.#entry = place.parts.drafts.add(name);
    this.directory = join(this.#root, "work");
  }

  async create(): Promise<void> {
    await mkdir(this.#root, { mode: 0o700 });
    await mkdir(this.directory, { mode: 0o700 });
  }

  async addLink(text: string, options: CallOptions): Promise<ImportedLink> {
    const manifest = parseManifest(text, this.#makeError);
    const manifestSha256 = sha256Of(text);
    const link = {
      manifest,
      manifestSha256,
      directory: join(this.#root, manifest.id),
      makeError: this.#makeError,
    };
    this.#requireFitting(link);
    const { parts, tag } = this.#place;
    this.#holds.use(await parts.claims.holds.take(manifest.id, `pulling ${tag}`, options));
    const isPresent = await isLinkStored(parts, link);
    this.#links.push({ ...link, text, isPresent });
    if (isPresent) return { manifest, isPresent, files: [] };
    await mkdir(link.directory, { mode: 0o700 });
    const files = layersOf(manifest).map((layer) => ({ ...layer, path: join(link.directory, layer.name) }));
    return { manifest, isPresent, files };
  }

  commit(options: ProgressOptions): Promise<SnapshotSummary> {
    if (this.#commit !== undefined) throw this.#makeError("the chain", "was committed before");
    const { parts, tag, claim } = this.#place;
    this.#commit = namingDiskFull(parts.root.path, `snapshot ${tag}`, async () => {
      for (const link of this.#links) if (!link.isPresent) await this.#seal(link, options);
      const summary = await this.#publish(options);
      claim[Symbol.dispose]();
      return summary;
    });
    return this.#commit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#commit]);
    using stack = new DisposableStack();
    stack.use(this.#place.claim);
    stack.use(this.#entry);
    stack.use(this.#holds);
    await removeTree(this.#root);
  }

  readonly #makeError = (file: string, why: string): ForkdError => corrupt(this.#place.tag, file, why);

  /** Compares a link with the one below it. */
  #requireFitting({ manifest, makeError }: Link): void {
    const below = this.#links.at(-1);
    const file = SNAPSHOT_FILES.manifest;
    if ((manifest.parentId ?? undefined) !== below?.manifest.id)
      throw makeError(file, `has the parent ${manifest.parentId}, not ${below?.manifest.id ?? null}`);
    if (manifest.parentManifestSha256 !== below?.manifestSha256)
      throw makeError(file, "pins another manifest than that of its parent");
    if (this.#links.some((link) => link.manifest.id === manifest.id)) throw makeError(file, "is there twice");
    if (below === undefined) return;
    const mismatch = findMismatch(manifest, below.manifest);
    if (mismatch !== undefined) throw makeError(file, mismatch);
    requireRoom(this.#place.tag, { head: below, links: this.#links }, manifest.disks.length);
  }

  /** Verifies the files of a link, and makes it final but for its place. */
  async #seal(
    { directory, manifest, text, makeError }: PendingLink,
    options: ProgressOptions,
  ): Promise<void> {
    const layers = layersOf(manifest);
    const names = layers.map(({ name }) => name);
    const sealed = await sealLayers({ directory, makeError }, names, options);
    for (const [index, layer] of layers.entries()) {
      const found = sealed.layers[index];
      if (found?.sizeBytes !== layer.sizeBytes)
        throw makeError(layer.name, `has ${found?.sizeBytes} bytes instead of ${layer.sizeBytes}`);
      if (found.sha256 !== layer.sha256)
        throw makeError(layer.name, `has the digest ${found.sha256} instead of ${layer.sha256}`);
    }
    await requireMemoryLayer(directory, manifest, makeError);
    await writeVerified(directory, sealed.digests);
    await replaceFile(join(directory, SNAPSHOT_FILES.manifest), text);
  }

  async #publish(options: ProgressOptions): Promise<SnapshotSummary> {
    const { parts, tag } = this.#place;
    const head = this.#links.at(-1);
    if (head === undefined) throw this.#makeError(SNAPSHOT_FILES.manifest, "is missing");
    using _ = await parts.changes.acquire("another snapshot to be stored", options);
    throwIfAborted(options.signal, `storing snapshot ${tag}`);
    const replaced = await parts.catalogue.peekTag(tag);
    await using undo = new AsyncDisposableStack();
    for (const link of this.#links) await this.#publishLink(link, undo);
    const pointer = { id: head.manifest.id, manifestSha256: head.manifestSha256 };
    await point(parts, { ...pointer, tag }, undo);
    const summary = await parts.opener.summarise(tag);
    undo.move();
    if (replaced !== undefined && replaced !== "damaged") await sweepReplaced(parts, replaced);
    return summary;
  }

  async #publishLink(link: PendingLink, undo: AsyncDisposableStack): Promise<void> {
    const { parts } = this.#place;
    const { id } = link.manifest;
    if (await isLinkStored(parts, link)) return;
    if (link.isPresent) throw await parts.catalogue.notFound(id);
    const directory = parts.catalogue.directoryOf(id);
    // What is there with this id is damaged.
    await discardDirectory(parts.root, directory);
    await forgetSnapshot(parts, id);
    await publishDirectory(link.directory, directory, undo);
  }
}

async function requireMemoryLayer(
  directory: string,
  { memory, memoryMib }: SnapshotManifest,
  makeError: Link["makeError"],
): Promise<void> {
  if (memory.kind === "full") return;
  const { memoryLayer: file } = SNAPSHOT_FILES;
  const pages = (memoryMib * MIB) / PAGE_SIZE;
  await using _ = await MemoryLayer.open(join(directory, file), pages, (why) => makeError(file, why));
}
