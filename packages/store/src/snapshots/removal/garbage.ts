import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotId } from "@forkd/contract";
import type { GarbageKind, GarbageReport, Holdable, Holds } from "@forkd/core";
import { unlessMissing, listDirectory } from "@forkd/posix";
import { measureTree } from "../../files/measure.ts";
import { removeTree } from "../../files/remove-tree.ts";
import type { ImageCatalogue } from "../../images/catalogue.ts";
import { listUnnamed, removeImage } from "../../images/removal.ts";
import { isSnapshotId } from "../catalogue.ts";
import type { StoreParts } from "../store-parts.ts";
import { listUnused, readGraph } from "../graph.ts";
import type { SnapshotGraph } from "../graph.ts";
import { IMPORT_PATTERN } from "../writing/import.ts";
import { removeSnapshots } from "./remove-tag.ts";

interface Garbage {
  readonly kind: GarbageKind;
  readonly name: string;
  readonly bytes: number;
  /** Whether it is gone; it is not when somebody has come to need it. */
  remove(): Promise<boolean>;
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
  { dryRun }: { dryRun: boolean },
): Promise<GarbageReport> {
  const graph = await readGraph(parts.catalogue);
  const unused = listUnusedSnapshots(parts, graph);
  using _closed = parts.claims.holds.close(dryRun ? [] : unused);
  const garbage = [
    ...(await findSnapshots(parts, unused)),
    ...(await findHotImages(parts, unused)),
    ...(await findDrafts(parts)),
    ...(await findTransfers(parts)),
    ...(await findImages(parts, graph, unused)),
  ];
  const removed: Garbage[] = [];
  for (const item of garbage) if (dryRun || (await item.remove())) removed.push(item);
  return { removed: removed.map(({ kind, name, bytes }) => ({ kind, name, bytes })) };
}

/** Drops what is kept for machines of a snapshot alone. Whoever calls it has the permit to change the store. */
export async function releaseSnapshot(parts: StoreParts, id: SnapshotId): Promise<void> {
  const {
    claims: { holds },
    hot,
    catalogue,
  } = parts;
  const graph = await readGraph(catalogue);
  if (holds.needsMemory(id)) return;
  if (holds.users().has(id)) {
    using _closed = holds.close([id]);
    await hot["shared-memory"].remove(id);
    return;
  }
  const unused = new Set(listUnusedSnapshots(parts, graph));
  const chain = chainOf(graph, id).filter((link) => unused.has(link));
  using _closed = holds.close([id, ...chain]);
  await hot["shared-memory"].remove(id);
  await removeSnapshots(parts, chain);
}

/** Does a removal unless somebody needs what it is of, and lets nobody hold that meanwhile. */
async function unlessHeld(
  holds: Holds,
  id: Holdable,
  remove: () => Promise<boolean | void>,
): Promise<boolean> {
  if (holds.users().has(id)) return false;
  using _closed = holds.close([id]);
  return (await remove()) !== false;
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

function listUnusedSnapshots({ drafts, claims }: StoreParts, graph: SnapshotGraph): SnapshotId[] {
  const users = claims.holds.users();
  // It may be one of them that a damaged tag or manifest pointed to.
  if (graph.isIncomplete) return [];
  const isKept = (id: SnapshotId): boolean =>
    users.has(id) || drafts.has(id) || drafts.listThoseOn(id).length > 0;
  return listUnused(graph, graph.ids, { has: isKept });
}

function findSnapshots(parts: StoreParts, unused: readonly SnapshotId[]): Promise<Garbage[]> {
  return Promise.all(
    unused.map(async (id) => ({
      kind: "snapshot" as const,
      name: id,
      bytes: await measureTree(parts.catalogue.directoryOf(id)),
      remove: async () => {
        await removeSnapshots(parts, [id]);
        return true;
      },
    })),
  );
}

async function findHotImages({ hot, claims }: StoreParts, unused: readonly SnapshotId[]): Promise<Garbage[]> {
  const users = claims.holds.users();
  const found: Garbage[] = [];
  for (const place of [hot.file, hot["shared-memory"]])
    for (const { id, bytes } of await place.listCold())
      if (!users.has(id) || unused.includes(id))
        found.push({
          kind: "hot",
          name: id,
          bytes,
          remove: () => unlessHeld(claims.holds, id, () => place.remove(id)),
        });
  return found;
}

async function findDrafts({ root, drafts }: StoreParts): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const name of await listDirectory(root.drafts)) {
    const path = join(root.drafts, name);
    const isOurs = isSnapshotId(name) || IMPORT_PATTERN.test(name);
    if (isOurs ? drafts.has(name) : await wasTouchedLately(path)) continue;
    const remove = async (): Promise<boolean> => {
      await removeTree(path);
      return true;
    };
    found.push({ kind: "draft", name, bytes: await measureTree(path), remove });
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
      remove: async () => {
        await transfers.remove(name);
        return true;
      },
    });
  return found;
}

async function wasTouchedLately(path: string): Promise<boolean> {
  const touchedAtMs = (await unlessMissing(lstat(path)))?.mtimeMs ?? Date.now();
  return Date.now() - touchedAtMs < FOREIGN_DRAFT_LIFE_MS;
}

/** An image without a name may be given one, or be needed, until it is removed. */
async function findImages(
  { root, images, claims: { holds } }: GarbageParts,
  graph: SnapshotGraph,
  unused: readonly SnapshotId[],
): Promise<Garbage[]> {
  if (graph.isIncomplete) return [];
  const used = new Set<string>(holds.users().keys());
  for (const [id, { image }] of graph.manifests) if (!unused.includes(id)) used.add(image.id);
  const unnamed = (await listUnnamed(images)).filter((id) => !used.has(id));
  return Promise.all(
    unnamed.map(async (id) => ({
      kind: "image" as const,
      name: id,
      bytes: await measureTree(images.directoryOf(id)),
      remove: () =>
        unlessHeld(holds, id, async () => {
          if ((await images.names.listThoseTo(id)).length > 0) return false;
          await removeImage(root, images, id);
          return true;
        }),
    })),
  );
}
