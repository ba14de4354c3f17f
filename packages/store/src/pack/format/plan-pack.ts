import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { canonicalJson } from "../../files/canonical-json.ts";
import type { PackStore } from "../import/import-pack.ts";
import { BlockIndex } from "../pages/block-index.ts";
import { readChunks } from "../pages/file-pages.ts";
import { planPageBlob } from "../pages/page-blob.ts";
import { PACK_FORMAT_VERSION, PACK_MANIFEST_LIMIT_BYTES } from "./pack-manifest.ts";
import type { PackBlob, PackManifest } from "./pack-manifest.ts";
import { digestOf } from "../../files/sha256.ts";

/** A blob, with its bytes. */
export interface PlannedBlob extends PackBlob {
  read(options: CallOptions): AsyncGenerator<Buffer>;
}

/** What a pack will be. Its files stay open until it is disposed of. */
export interface PackPlan extends AsyncDisposable {
  readonly manifest: PackManifest;
  readonly manifestBytes: Buffer;
  /** Of `manifestBytes`: `sha256:…`. */
  readonly digest: string;
  readonly head: { readonly tag: string; readonly id: SnapshotId };
  readonly blobs: readonly PlannedBlob[];
}

/** Looks at all that a snapshot stands on. Throws `snapshot_not_found`, `snapshot_corrupt`, `image_corrupt`. */
export async function planPack(
  store: PackStore,
  { reference, description }: { reference: string; description: string },
  options: ProgressOptions,
): Promise<PackPlan> {
  await using undo = new AsyncDisposableStack();
  const { links } = undo.use(await store.snapshots.exportChain(reference, options));
  const head = links.at(-1);
  if (head === undefined) throw new ForkdError("internal", { reason: `the chain of ${reference} is empty` });
  const { image } = head.manifest;
  const { path, createdAtUnix, recipe } = await store.images.exportImage(image.id, options);
  options.onProgress({ step: "plan", message: "looking for what has to be packed" });
  const planner = new BlobPlanner(undo, options);
  await planner.addImage({ path, sha256: image.id, sizeBytes: image.sizeBytes });
  for (const file of links.flatMap(({ files }) => files)) await planner.addFile(file);
  const manifest: PackManifest = {
    formatVersion: PACK_FORMAT_VERSION,
    tag: head.tag,
    description,
    createdAtUnix: head.manifest.createdAtUnix,
    image: { ...image, createdAtUnix, recipe },
    links: links.map(({ manifestText }) => manifestText),
    blobs: planner.blobs.map(({ kind, sha256, sizeBytes, content }) => ({
      kind,
      sha256,
      sizeBytes,
      content,
    })),
  };
  const manifestBytes = encode(manifest);
  const digest = digestOf(manifestBytes);
  const { blobs } = planner;
  const disposal = undo.move();
  return {
    manifest,
    manifestBytes,
    digest,
    head: { tag: head.tag ?? head.manifest.id, id: head.manifest.id },
    blobs,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

interface FileToPack {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

class BlobPlanner {
  readonly blobs: PlannedBlob[] = [];
  readonly #undo: AsyncDisposableStack;
  readonly #options: CallOptions;
  #index: BlockIndex | undefined;

  constructor(undo: AsyncDisposableStack, options: CallOptions) {
    this.#undo = undo;
    this.#options = options;
  }

  async addImage({ path, sha256, sizeBytes }: FileToPack): Promise<void> {
    if (sizeBytes % PAGE_SIZE !== 0) return this.addFile({ role: "image", path, sha256, sizeBytes });
    const handle = this.#undo.use(await open(path));
    const index = new BlockIndex({ handle, sizeBytes });
    const blob = await planPageBlob({ handle, sizeBytes }, { ...this.#options, index });
    this.#index = index;
    await this.#add("pages", { sha256, sizeBytes }, blob);
  }

  /** The same content travels once, however many files have it. */
  async addFile({ role, path, sha256, sizeBytes }: FileToPack & { role: string }): Promise<void> {
    if (this.blobs.some(({ content }) => content.sha256 === sha256)) return;
    const handle = this.#undo.use(await open(path));
    if (role === "memory") {
      const blob = await planPageBlob({ handle, sizeBytes }, { ...this.#options, base: this.#index });
      await this.#add(this.#index === undefined ? "pages" : "pages-on-image", { sha256, sizeBytes }, blob);
      return;
    }
    const content = { sha256, sizeBytes };
    const read = (options: CallOptions): AsyncGenerator<Buffer> => readChunks(handle, sizeBytes, options);
    this.blobs.push({ kind: "file", sha256, sizeBytes, content, read });
  }

  async #add(
    kind: PackBlob["kind"],
    content: PackBlob["content"],
    { sizeBytes, read }: Pick<PlannedBlob, "sizeBytes" | "read">,
  ): Promise<void> {
    const hash = createHash("sha256");
    for await (const chunk of read(this.#options)) hash.update(chunk);
    this.blobs.push({ kind, sha256: hash.digest("hex"), sizeBytes, content, read });
  }
}

function encode(manifest: PackManifest): Buffer {
  const bytes = Buffer.from(`${canonicalJson(manifest)}\n`);
  if (bytes.length <= PACK_MANIFEST_LIMIT_BYTES) return bytes;
  const message = `makes a pack manifest of ${bytes.length} bytes, more than ${PACK_MANIFEST_LIMIT_BYTES}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "tag", message }] });
}
