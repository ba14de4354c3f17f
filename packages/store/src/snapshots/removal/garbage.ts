import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotId } from "@forkd/contract";
import type { GarbageKind, GarbageReport, SnapshotUsers } from "@forkd/core";
import { isMissing } from "../../files/errno.ts";
import { listDirectory } from "../../files/list-directory.ts";
import { measureTree } from "../../files/measure.ts";
import { removeTree } from "../../files/remove-tree.ts";
import type { ImageCatalogue } from "../../images/catalogue.ts";
import { listUnnamed, removeImage } from "../../images/removal.ts";
import { isSnapshotId } from "../catalogue.ts";
import type { StoreParts } from "../context.ts";
import { listUnused, readGraph } from "../graph.ts";
import type { SnapshotGraph } from "../graph.ts";
import { IMPORT_PATTERN } from "../writing/import.ts";
import { removeSnapshots } from "./remove-tag.ts";

interface Garbage {
  readonly kind: GarbageKind;
  readonly name: string;
  readonly bytes: number;
  remove(): Promise<void>;
}

export interface GarbageParts extends StoreParts {
  readonly images: ImageCatalogue;
}

/** What others make among the drafts is theirs while it changes; nothing takes so long. */
const FOREIGN_DRAFT_LIFE_MS = 24 * 3_600_000;

/**
 * Removes what nothing needs, or only says what it would. Whoever calls it has the permit to change the store.
 */
export async function collectGarbage(
  parts: GarbageParts,
  { dryRun, inUse: listInUse }: { dryRun: boolean; inUse: SnapshotUsers },
): Promise<GarbageReport> {
  const graph = await readGraph(parts.catalogue);
  const inUse = listInUse();
  const unused = listUnusedSnapshots(parts, graph, inUse);
  const garbage = [
    ...(await findSnapshots(parts, unused)),
    ...(await findHotImages(parts, { unused, inUse })),
    ...(await findDrafts(parts)),
    ...(await findTransfers(parts)),
    ...(await findImages(parts, graph, unused)),
  ];
  if (!dryRun) for (const item of garbage) await item.remove();
  return { removed: garbage.map(({ kind, name, bytes }) => ({ kind, name, bytes })) };
}

/** Drops what is kept for machines of a snapshot alone. Whoever calls it has the permit to change the store. */
export async function releaseSnapshot(
  parts: StoreParts,
  id: SnapshotId,
  inUse: ReturnType<SnapshotUsers>,
): Promise<void> {
  if (inUse.has(id)) return;
  await parts.hot["shared-memory"].remove(id);
  const graph = await readGraph(parts.catalogue);
  const unused = new Set(listUnusedSnapshots(parts, graph, inUse));
  await removeSnapshots(
    parts,
    chainOf(graph, id).filter((link) => unused.has(link)),
  );
}

/** A snapshot and what it stands on, from the head down. */
function chainOf({ manifests }: SnapshotGraph, head: SnapshotId): SnapshotId[] {
  const chain = new Set<SnapshotId>();
  for (
    let id: SnapshotId | null = head;
    id !== null && !chain.has(id);
    id = manifests.get(id)?.parentId ?? null
  )
    chain.add(id);
  return [...chain];
}

function listUnusedSnapshots(
  { drafts }: StoreParts,
  graph: SnapshotGraph,
  inUse: ReturnType<SnapshotUsers>,
): SnapshotId[] {
  // It may be one of them that a damaged tag or manifest pointed to.
  if (graph.isIncomplete) return [];
  const isKept = (id: SnapshotId): boolean =>
    inUse.has(id) || drafts.has(id) || drafts.listThoseOn(id).length > 0;
  return listUnused(graph, graph.ids, { has: isKept });
}

function findSnapshots(parts: StoreParts, unused: readonly SnapshotId[]): Promise<Garbage[]> {
  return Promise.all(
    unused.map(async (id) => ({
      kind: "snapshot" as const,
      name: id,
      bytes: await measureTree(parts.catalogue.directoryOf(id)),
      remove: () => removeSnapshots(parts, [id]),
    })),
  );
}

async function findHotImages(
  { hot }: StoreParts,
  { unused, inUse }: { unused: readonly SnapshotId[]; inUse: ReturnType<SnapshotUsers> },
): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const place of [hot.file, hot["shared-memory"]])
    for (const { id, bytes } of await place.listCold())
      if (!inUse.has(id) || unused.includes(id))
        found.push({ kind: "hot", name: id, bytes, remove: () => place.remove(id) });
  return found;
}

async function findDrafts({ root, drafts }: StoreParts): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const name of await listDirectory(root.drafts)) {
    const path = join(root.drafts, name);
    const isOurs = isSnapshotId(name) || IMPORT_PATTERN.test(name);
    if (isOurs ? drafts.has(name) : await wasTouchedLately(path)) continue;
    found.push({ kind: "draft", name, bytes: await measureTree(path), remove: () => removeTree(path) });
  }
  return found;
}

async function findTransfers({ transfers }: StoreParts): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const name of await transfers.listUnused())
    found.push({
      kind: "draft",
      name,
      bytes: await measureTree(join(transfers.directory, name)),
      remove: () => transfers.remove(name),
    });
  return found;
}

async function wasTouchedLately(path: string): Promise<boolean> {
  try {
    return Date.now() - (await lstat(path)).mtimeMs < FOREIGN_DRAFT_LIFE_MS;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

/** Not while a snapshot is being written: nobody knows yet on which image. */
async function findImages(
  { root, images, drafts }: GarbageParts,
  graph: SnapshotGraph,
  unused: readonly SnapshotId[],
): Promise<Garbage[]> {
  const used = new Set(drafts.listImages());
  if (graph.isIncomplete || drafts.listImages() === undefined) return [];
  for (const [id, { image }] of graph.manifests) if (!unused.includes(id)) used.add(image.id);
  const unnamed = (await listUnnamed(images)).filter((id) => !used.has(id));
  return Promise.all(
    unnamed.map(async (id) => ({
      kind: "image" as const,
      name: id,
      bytes: await measureTree(images.directoryOf(id)),
      remove: () => removeImage(root, images, id),
    })),
  );
}
