import { isForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { isSnapshotId } from "./catalogue.ts";
import type { SnapshotCatalogue, SnapshotPointer } from "./catalogue.ts";
import { readGraph } from "./graph.ts";

/** What a tag or id led to: for an id without a tag, null. */
export type ResolvedPointer = SnapshotPointer & { readonly tag: string | null };

/** What a tag or id stands for. Throws `snapshot_not_found`, `snapshot_corrupt`. */
export async function resolveReference(
  catalogue: SnapshotCatalogue,
  reference: string,
): Promise<ResolvedPointer> {
  if (!isSnapshotId(reference)) {
    const pointer = await catalogue.readTag(reference);
    if (pointer === undefined) throw await catalogue.notFound(reference);
    return { ...pointer, tag: reference };
  }
  const pinned = await catalogue.readPin(reference);
  return pinned ? { ...pinned, tag: null } : resolveByOthers(catalogue, reference);
}

/** A snapshot without a record of its own has a tag, or snapshots that stand on it; they know its digest. */
async function resolveByOthers(catalogue: SnapshotCatalogue, id: SnapshotId): Promise<ResolvedPointer> {
  // A tag is a short file, and a manifest can be a long one.
  for (const tag of (await catalogue.listTags()).toSorted()) {
    const pointer = await catalogue.peekTag(tag);
    if (pointer !== undefined && pointer !== "damaged" && pointer.id === id) return { ...pointer, tag };
  }
  const graph = await readGraph(catalogue);
  for (const child of graph.childrenOf(id)) {
    const manifestSha256 = (await catalogue.readManifest(child))?.value.parentManifestSha256;
    if (manifestSha256 !== undefined) return { id, manifestSha256, tag: null };
  }
  throw await catalogue.notFound(id);
}

/** Does work that reads a snapshot. When it fails because the snapshot was removed, it is `snapshot_not_found`. */
export async function whileStored<Value>(
  catalogue: SnapshotCatalogue,
  reference: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(await isStored(catalogue, reference))) throw await catalogue.notFound(reference);
    throw error;
  }
}

async function isStored(catalogue: SnapshotCatalogue, reference: string): Promise<boolean> {
  try {
    await resolveReference(catalogue, reference);
    return true;
  } catch (error) {
    if (!isForkdError(error)) throw error;
    return error.code !== "snapshot_not_found";
  }
}
