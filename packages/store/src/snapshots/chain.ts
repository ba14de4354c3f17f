import { ForkdError } from "@forkd/contract";
import type { SnapshotManifest } from "@forkd/core";
import { join } from "node:path";
import { hasDirectory } from "@forkd/posix";
import type { JsonFile } from "../files/json-file-cache.ts";
import type { LayerSet } from "../verify/layer-verifier.ts";
import { corrupt } from "./catalogue.ts";
import type { SnapshotCatalogue, SnapshotPointer } from "./catalogue.ts";
import { MAX_CHAIN_DEPTH, MAX_CHAIN_DISKS } from "./chain-limits.ts";
import { SNAPSHOT_FILES, layersOf } from "./manifest.ts";
import type { SnapshotLayer } from "./manifest.ts";

/** What an error names when it is not a file but the directory of a link. */
const DIRECTORY = ".";

/** One snapshot of a chain, whose manifest is the one that its child or its tag pins. */
export interface Link {
  readonly manifest: SnapshotManifest;
  readonly manifestSha256: string;
  readonly directory: string;
  /** Makes the error for one of its files, naming the link. */
  readonly makeError: (file: string, why: string) => ForkdError;
}

/** From the snapshot that stands alone to the head. Never empty. */
export interface Chain {
  readonly head: Link;
  readonly links: readonly Link[];
}

/**
 * Reads the manifests from a snapshot down to the one that stands alone, each pinned by the one above. `name` is
 * what the head is called in errors. Throws `snapshot_corrupt`, naming the link that is missing or altered. A circle
 * is among what is altered: no manifest can have the digest of one that has its own.
 */
export async function readChain(
  catalogue: SnapshotCatalogue,
  name: string,
  pointer: SnapshotPointer,
): Promise<Chain> {
  const makeHeadError = (file: string, why: string): ForkdError =>
    corrupt(name, file === DIRECTORY ? pointer.id : file, why);
  const head = await readLink(catalogue, pointer, makeHeadError);
  const links = [head];
  for (let link = head, next = parentOf(head); next !== undefined; next = parentOf(link)) {
    const { id } = next;
    if (links.length === MAX_CHAIN_DEPTH)
      throw link.makeError(
        SNAPSHOT_FILES.manifest,
        `is not the end of a chain of ${MAX_CHAIN_DEPTH} snapshots`,
      );
    const parent = await readLink(catalogue, next, (file, why) => corrupt(name, join(id, file), why));
    requireFitting(link, parent);
    links.unshift(parent);
    link = parent;
  }
  return { head, links };
}

/** Overlays of a whole chain, lowest first. */
export function diskPathsOf({ links }: Chain): string[] {
  return links.flatMap((link) =>
    layersOf(link.manifest).flatMap(({ role, name }) =>
      role === "disk" ? [join(link.directory, name)] : [],
    ),
  );
}

/** Those layers of a link that `isWanted` wants. */
export function layerSetOf(
  { manifest, directory, makeError }: Link,
  isWanted: (layer: SnapshotLayer) => boolean,
): LayerSet {
  return { directory, layers: layersOf(manifest).filter(isWanted), makeError };
}

/**
 * Throws when no snapshot with so many disks may be put on top of a chain. `tag` is that of the new snapshot.
 */
export function requireRoom(tag: string, { links }: Chain, diskCount: number): void {
  const depth = links.length + 1;
  if (depth > MAX_CHAIN_DEPTH) throw new ForkdError("chain_too_deep", { tag, depth, limit: MAX_CHAIN_DEPTH });
  const disks = links.reduce((sum, { manifest }) => sum + manifest.disks.length, diskCount);
  if (disks > MAX_CHAIN_DISKS)
    throw new ForkdError("chain_too_deep", { tag, depth: disks, limit: MAX_CHAIN_DISKS });
}

/** Why a snapshot cannot stand on another one, or undefined when it can. */
export function findMismatch(
  child: Pick<SnapshotManifest, "memoryMib" | "image">,
  parent: Pick<SnapshotManifest, "memoryMib" | "image">,
): string | undefined {
  if (child.memoryMib !== parent.memoryMib)
    return `has ${child.memoryMib} MiB of memory on a parent of ${parent.memoryMib} MiB`;
  if (child.image.id !== parent.image.id)
    return `has the image ${child.image.id} on a parent of ${parent.image.id}`;
  return undefined;
}

async function readLink(
  catalogue: SnapshotCatalogue,
  { id, manifestSha256 }: SnapshotPointer,
  makeError: Link["makeError"],
): Promise<Link> {
  const directory = catalogue.directoryOf(id);
  const isThere = await hasDirectory(directory, (why) => makeError(DIRECTORY, why));
  if (!isThere) throw makeError(DIRECTORY, "is missing");
  const file = await catalogue.readManifest(id, makeError);
  if (file === undefined) throw makeError(SNAPSHOT_FILES.manifest, "is missing");
  requirePinned(file, { id, manifestSha256 }, (why) => makeError(SNAPSHOT_FILES.manifest, why));
  return { manifest: file.value, manifestSha256, directory, makeError };
}

function requirePinned(
  { value, sha256 }: JsonFile<SnapshotManifest>,
  { id, manifestSha256 }: SnapshotPointer,
  makeError: (why: string) => ForkdError,
): void {
  if (value.id !== id) throw makeError(`is that of ${value.id}`);
  if (sha256 !== manifestSha256) throw makeError(`has the digest ${sha256} instead of ${manifestSha256}`);
}

function parentOf({ manifest: { parentId, parentManifestSha256 } }: Link): SnapshotPointer | undefined {
  if (parentId === null || parentManifestSha256 === undefined) return undefined;
  return { id: parentId, manifestSha256: parentManifestSha256 };
}

function requireFitting(child: Link, parent: Link): void {
  const mismatch = findMismatch(child.manifest, parent.manifest);
  if (mismatch !== undefined) throw child.makeError(SNAPSHOT_FILES.manifest, mismatch);
}
