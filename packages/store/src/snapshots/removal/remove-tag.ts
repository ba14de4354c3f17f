import { rm } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { Holds, RemoveSnapshotOptions } from "@forkd/core";
import { syncDirectory } from "@forkd/posix";
import { discardDirectory } from "../../discard.ts";
import type { SnapshotPointer } from "../catalogue.ts";
import { forgetSnapshot } from "../store-parts.ts";
import type { StoreParts } from "../store-parts.ts";
import { listDependents, listUnused, nameOf, readGraph } from "../graph.ts";
import type { SnapshotGraph } from "../graph.ts";
import { point } from "../writing/publish.ts";

/**
 * Removes a tag, and what nothing needs without it, as {@link RemoveSnapshotOptions} say. Gives the tags removed.
 * Whoever calls it has the permit to change the store.
 */
export async function removeTag(
  parts: StoreParts,
  tag: string,
  options: RemoveSnapshotOptions,
): Promise<string[]> {
  const pointer = await parts.catalogue.peekTag(tag);
  if (pointer === undefined) throw await parts.catalogue.notFound(tag);
  // What a damaged tag points to nobody knows; it must not stay for that.
  if (pointer === "damaged") return removeTags(parts, [tag]);
  const graph = await readGraph(parts.catalogue);
  const users = parts.claims.holds.users();
  const removal = planRemoval({ parts, graph, users }, { tag, id: pointer.id }, options.dependents);
  using _closed = parts.claims.holds.close(removal.ids);
  const isNeeded = users.has(pointer.id) || parts.drafts.listThoseOn(pointer.id).length > 0;
  if (removal.ids.length === 0 && isNeeded) await pin(parts, graph, pointer);
  // Before the directories: a crash in between leaves what recovery removes, and no tag that leads nowhere.
  await removeTags(parts, removal.tags);
  await removeSnapshots(parts, removal.ids);
  const ancestors = removal.ids.length > 0 ? listAncestors(graph, pointer.id) : [];
  await sweep(parts, graph, { candidates: ancestors, gone: removal.ids });
  return removal.tags;
}

/** Removes snapshots that no tag points to, in this order. */
export async function removeSnapshots(parts: StoreParts, ids: readonly SnapshotId[]): Promise<void> {
  const { root, catalogue } = parts;
  for (const id of ids) {
    await rm(catalogue.pinPath(id), { force: true });
    await discardDirectory(root, catalogue.directoryOf(id));
    await forgetSnapshot(parts, id);
  }
  if (ids.length > 0) await syncDirectory(root.snapshotIds);
}

/** Removes a snapshot that lost its tag to another, and what nothing needs without it. */
export async function sweepReplaced(parts: StoreParts, replaced: SnapshotPointer): Promise<void> {
  const graph = await readGraph(parts.catalogue);
  await sweep(parts, graph, {
    candidates: [replaced, ...listAncestors(graph, replaced.id)],
    gone: [],
  });
}

interface Sweep {
  readonly candidates: readonly SnapshotPointer[];
  /** Those that are in the graph and were removed since. */
  readonly gone: readonly SnapshotId[];
}

/**
 * Removes the candidates without a tag that nothing stands on. Those in use stay, and get the record of a snapshot
 * without a tag, so that recovery lets them stay too.
 */
async function sweep(parts: StoreParts, graph: SnapshotGraph, { candidates, gone }: Sweep): Promise<void> {
  const ids = candidates.map(({ id }) => id);
  const users = parts.claims.holds.users();
  const isKept = (id: SnapshotId): boolean => users.has(id) || parts.drafts.listThoseOn(id).length > 0;
  const unused = listUnused(graph, ids, { has: isKept }, new Set(gone));
  using _closed = parts.claims.holds.close(unused);
  const unneeded = listUnused(graph, ids, { has: () => false }, new Set(gone));
  for (const pointer of candidates)
    if (unneeded.includes(pointer.id) && !unused.includes(pointer.id)) await pin(parts, graph, pointer);
  await removeSnapshots(parts, unused);
}

interface Surroundings {
  readonly parts: StoreParts;
  readonly graph: SnapshotGraph;
  readonly users: ReturnType<Holds["users"]>;
}

function planRemoval(
  { parts: { drafts }, graph, users }: Surroundings,
  { tag, id }: { tag: string; id: SnapshotId },
  mode: RemoveSnapshotOptions["dependents"] = "refuse",
): { tags: string[]; ids: SnapshotId[] } {
  const dependents = listDependents(graph, id);
  const family = [...dependents.toReversed(), id];
  const staged = family.flatMap((member) => drafts.listThoseOn(member));
  const names = [...dependents.map((dependent) => nameOf(graph, dependent)), ...staged];
  const isNeeded = names.length > 0 || users.has(id);
  // Another tag keeps all of it; a dependent or a user keeps the bytes.
  if (graph.tagsOf(id).length > 1 || (mode === "untag" && isNeeded)) return { tags: [tag], ids: [] };
  requireUnused({ graph, users }, mode === "cascade" ? family : [id]);
  if (names.length > 0 && mode !== "cascade")
    throw new ForkdError("snapshot_has_dependents", { tag, dependents: names });
  // What is staged is no snapshot that could be removed: machines run from it.
  if (staged.length > 0) throw new ForkdError("snapshot_in_use", { tag, sandboxes: staged, work: [] });
  return { tags: family.flatMap((member) => graph.tagsOf(member)), ids: family };
}

/** Throws `snapshot_in_use` naming the first that somebody needs. */
function requireUnused(
  { graph, users }: Pick<Surroundings, "graph" | "users">,
  ids: readonly SnapshotId[],
): void {
  for (const id of ids) {
    const found = users.get(id);
    if (found === undefined) continue;
    const { sandboxes, work } = found;
    const details = { tag: nameOf(graph, id), sandboxes: [...sandboxes], work: [...work] };
    throw new ForkdError("snapshot_in_use", details);
  }
}

async function removeTags({ root, catalogue }: StoreParts, tags: string[]): Promise<string[]> {
  for (const tag of tags) {
    await rm(catalogue.tagPath(tag), { force: true });
    catalogue.forgetTag(tag);
  }
  await syncDirectory(root.snapshotTags);
  return tags;
}

/** From the nearest one, each with the digest that its child has of it. */
function listAncestors({ manifests }: SnapshotGraph, id: SnapshotId): SnapshotPointer[] {
  const ancestors = new Map<SnapshotId, SnapshotPointer>();
  for (let child = manifests.get(id); child?.parentId; child = manifests.get(child.parentId)) {
    const { parentId, parentManifestSha256 } = child;
    if (parentManifestSha256 === undefined || ancestors.has(parentId)) break;
    ancestors.set(parentId, { id: parentId, manifestSha256: parentManifestSha256 });
  }
  return [...ancestors.values()];
}

async function pin(parts: StoreParts, graph: SnapshotGraph, pointer: SnapshotPointer): Promise<void> {
  if (graph.pinned.has(pointer.id)) return;
  await using undo = new AsyncDisposableStack();
  await point(parts, { ...pointer, tag: null }, undo);
  undo.move();
}
