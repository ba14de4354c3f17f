import type { ProgressOptions } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { canonicalJson } from "../../files/canonical-json.ts";
import type { PackStore } from "../pack-store.ts";
import { BlobPlanner } from "./blob-planner.ts";
import type { PlannedBlob } from "./blob-planner.ts";
import { PACK_MANIFEST_LIMIT_BYTES, packFormatOf } from "./pack-manifest.ts";
import type { PackManifest } from "./pack-manifest.ts";
import { digestOf } from "../../files/digest.ts";

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
    formatVersion: packFormatOf(links.map((link) => link.manifest)),
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

function encode(manifest: PackManifest): Buffer {
  const bytes = Buffer.from(`${canonicalJson(manifest)}\n`);
  if (bytes.length <= PACK_MANIFEST_LIMIT_BYTES) return bytes;
  const message = `makes a pack manifest of ${bytes.length} bytes, more than ${PACK_MANIFEST_LIMIT_BYTES}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "tag", message }] });
}
