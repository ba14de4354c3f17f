import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions, SnapshotDescription, SnapshotSummary } from "@forkd/core";
import { readIfPresent, replaceFile, sha256Of, syncDirectory } from "@forkd/posix";
import { canonicalJson } from "../../files/canonical-json.ts";
import type { SealedLayers } from "../../verify/seal.ts";
import { writeVerified } from "../../verify/verified-record.ts";
import { findMismatch, requireRoom } from "../chain.ts";
import type { StoreParts } from "../store-parts.ts";
import { MANIFEST_LIMIT_BYTES, SNAPSHOT_FILES, composeManifest } from "../manifest.ts";
import { publishDirectory } from "../../files/publish-directory.ts";

/** A snapshot whose layers are final, to be stored. */
export interface SealedSnapshot {
  readonly id: SnapshotId;
  /** Null for one without. */
  readonly tag: string | null;
  /** Where its layers are: among the drafts, or in its place already. */
  readonly directory: string;
  readonly description: SnapshotDescription;
  readonly sealed: SealedLayers;
}

/**
 * Writes the manifest and moves the snapshot to its place, then points its tag to it. While it does so, no
 * other snapshot is published or removed. Whatever fails, nothing points to it, and its layers are where they were.
 */
export async function publishSnapshot(
  parts: StoreParts,
  snapshot: SealedSnapshot,
  options: CallOptions,
): Promise<SnapshotSummary> {
  const { catalogue, opener, changes } = parts;
  const { id, tag, directory, sealed } = snapshot;
  using _ = await changes.acquire("another snapshot to be stored", options);
  const text = await describe(parts, snapshot);
  await using undo = new AsyncDisposableStack();
  await writeVerified(directory, sealed.digests);
  undo.defer(() => rm(join(directory, SNAPSHOT_FILES.manifest), { force: true }));
  await replaceFile(join(directory, SNAPSHOT_FILES.manifest), text);
  throwIfAborted(options.signal, `storing snapshot ${tag ?? id}`);
  await moveIntoPlace(directory, catalogue.directoryOf(id), undo);
  await point(parts, { id, tag, manifestSha256: sha256Of(text) }, undo);
  const summary = await opener.summarise(tag ?? id);
  undo.move();
  return summary;
}

/** Points a tag, or the record of a snapshot without one, to a manifest. Undone, it points to where it did. */
export async function point(
  { catalogue }: Pick<StoreParts, "catalogue">,
  { id, tag, manifestSha256 }: { id: SnapshotId; tag: string | null; manifestSha256: string },
  undo: AsyncDisposableStack,
): Promise<void> {
  const path = tag === null ? catalogue.pinPath(id) : catalogue.tagPath(tag);
  const before = await readIfPresent(path);
  undo.defer(() => restore(path, before));
  await replaceFile(path, `${canonicalJson({ id, manifestSha256 })}\n`);
  if (tag !== null) catalogue.forgetTag(tag);
}

/** Writes only what changed: when there is no space left, it may be for that that it is undone. */
async function restore(path: string, before: string | undefined): Promise<void> {
  if (before === undefined) await rm(path, { force: true });
  else if ((await readIfPresent(path)) !== before) await replaceFile(path, before);
}

/** The text of the manifest, with the digest of the parent's. */
async function describe(
  { opener }: StoreParts,
  { id, tag, description, sealed }: SealedSnapshot,
): Promise<string> {
  const { parentId } = description;
  const parent = parentId === null ? undefined : await opener.read(parentId);
  if (parent) {
    requireRoom(tag ?? id, parent, sealed.layers.length - 2);
    const mismatch = findMismatch(description, parent.head.manifest);
    if (mismatch !== undefined) throw new ForkdError("internal", { reason: `the draft ${id} ${mismatch}` });
  }
  const manifest = composeManifest(description, sealed.layers, parent?.head.manifestSha256);
  const text = `${canonicalJson(manifest)}\n`;
  requireStorable(text);
  return text;
}

async function moveIntoPlace(from: string, to: string, undo: AsyncDisposableStack): Promise<void> {
  if (from === to) await syncDirectory(join(to, ".."));
  else await publishDirectory(from, to, undo);
}

function requireStorable(manifest: string): void {
  const size = Buffer.byteLength(manifest);
  if (size <= MANIFEST_LIMIT_BYTES) return;
  const message = `makes a manifest of ${size} bytes, more than ${MANIFEST_LIMIT_BYTES}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "warm", message }] });
}
