import { isForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { SnapshotManifest } from "@forkd/core";
import type { SnapshotCatalogue } from "./catalogue.ts";

/** What the store holds: who points to whom. A picture of one moment. */
export interface SnapshotGraph {
  /** Those that there are directories for. */
  readonly ids: readonly SnapshotId[];
  /** Those whose manifests can be read. */
  readonly manifests: ReadonlyMap<SnapshotId, SnapshotManifest>;
  /** Those that were stored without a tag. */
  readonly pinned: ReadonlySet<SnapshotId>;
  /** Whether a tag or a manifest is damaged: what that one points to, nobody knows. */
  readonly isIncomplete: boolean;
  /** In alphabetical order. */
  tagsOf(id: SnapshotId): readonly string[];
  childrenOf(id: SnapshotId): readonly SnapshotId[];
}

/** Reads every tag and manifest. */
export async function readGraph(catalogue: SnapshotCatalogue): Promise<SnapshotGraph> {
  const [tags, pins, ids] = await Promise.all([
    catalogue.listTags(),
    catalogue.listPins(),
    catalogue.listIds(),
  ]);
  const pointers = await readAll(tags.toSorted(), (tag) => catalogue.readTag(tag));
  const manifests = await readAll(ids, async (id) => (await catalogue.readManifest(id))?.value);
  const children = group([...manifests.values], ([, { parentId }]) => parentId);
  const tagged = group([...pointers.values], ([, pointer]) => pointer.id);
  return {
    ids,
    manifests: manifests.values,
    pinned: new Set(pins),
    isIncomplete: pointers.isIncomplete || manifests.isIncomplete,
    tagsOf: (id) => tagged.get(id) ?? [],
    childrenOf: (id) => children.get(id) ?? [],
  };
}

/** Every snapshot that stands on this one at any depth; each after those that it stands on. */
export function listDependents(graph: SnapshotGraph, id: SnapshotId): SnapshotId[] {
  const found = new Set<SnapshotId>();
  const visit = (parent: SnapshotId): void => {
    for (const child of graph.childrenOf(parent)) {
      if (child === id || found.has(child)) continue;
      found.add(child);
      visit(child);
    }
  };
  visit(id);
  return [...found];
}

/** A snapshot's name for people: its tag, or its id when it has none. */
export function nameOf(graph: SnapshotGraph, id: SnapshotId): string {
  return graph.tagsOf(id)[0] ?? id;
}

/**
 * Snapshots without a tag, without anything that stands on them and not among `kept`: those first, then what only
 * they stood on. `candidates` are the ones that may go.
 */
export function listUnused(
  graph: SnapshotGraph,
  candidates: readonly SnapshotId[],
  kept: { has(id: SnapshotId): boolean },
  gone: ReadonlySet<SnapshotId> = new Set(),
): SnapshotId[] {
  const unused = new Set<SnapshotId>();
  const isUsed = (id: SnapshotId): boolean =>
    kept.has(id) ||
    graph.tagsOf(id).length > 0 ||
    graph.childrenOf(id).some((child) => !unused.has(child) && !gone.has(child));
  for (;;) {
    const next = candidates.filter((id) => !unused.has(id) && !isUsed(id));
    if (next.length === 0) return [...unused];
    for (const id of next) unused.add(id);
  }
}

interface ReadAll<Key, Value> {
  readonly values: ReadonlyMap<Key, Value>;
  readonly isIncomplete: boolean;
}

/** Reads what can be read. What is not there (any more) counts for nothing, what is damaged for incomplete. */
async function readAll<Key, Value>(
  keys: readonly Key[],
  read: (key: Key) => Promise<Value | undefined>,
): Promise<ReadAll<Key, Value>> {
  const values = new Map<Key, Value>();
  let isIncomplete = false;
  const results = await Promise.allSettled(keys.map(read));
  keys.forEach((key, index) => {
    const result = results[index];
    if (result?.status === "fulfilled") {
      if (result.value !== undefined) values.set(key, result.value);
    } else if (isForkdError(result?.reason)) isIncomplete = true;
    else throw result?.reason;
  });
  return { values, isIncomplete };
}

function group<Key, Value>(
  entries: readonly [Key, Value][],
  targetOf: (entry: [Key, Value]) => SnapshotId | null,
): ReadonlyMap<SnapshotId, Key[]> {
  const groups = new Map<SnapshotId, Key[]>();
  for (const entry of entries) {
    const target = targetOf(entry);
    if (target === null) continue;
    const group = groups.get(target);
    if (group) group.push(entry[0]);
    else groups.set(target, [entry[0]]);
  }
  return groups;
}
