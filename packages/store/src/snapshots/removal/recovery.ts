import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { listDirectory, removeTemporaries, syncDirectory } from "@forkd/posix";
import { removeUnfinished } from "../../pack/archive/unfinished-output.ts";
import { discardDirectory } from "../../discard.ts";
import { removeTree } from "../../files/remove-tree.ts";
import type { StoreParts } from "../store-parts.ts";
import { listUnused, readGraph } from "../graph.ts";

/**
 * Removes what a crash leaves: every draft (of images too, which share the place), temporary files, tags that point
 * nowhere, snapshots that nothing points to, packs that were being written elsewhere, and all assembled memory, since
 * nothing vouches for its bytes. Where a
 * tag or manifest cannot be read, snapshots without a tag are kept, since it may be the one that pointed to them.
 * Gives the paths, those below the data root relative to it.
 *
 * Goes on after a failure, and throws an `AggregateError` of all of them in the end.
 */
export async function recoverSnapshots(parts: StoreParts): Promise<string[]> {
  const removed: string[] = [];
  const failures: unknown[] = [];
  const steps = [
    removeDrafts,
    removeAllTemporaries,
    removeDanglingPointers,
    removeUnreachable,
    removeHotImages,
    removeUnfinishedOutputs,
  ];
  for (const step of steps) {
    try {
      for await (const path of step(parts)) removed.push(relativeIfBelow(parts.root.path, path));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${parts.root.path} could not be tidied up`);
  return removed;
}

async function* removeDrafts({ root }: StoreParts): AsyncGenerator<string> {
  for (const name of await listDirectory(root.drafts)) {
    const path = join(root.drafts, name);
    await removeTree(path);
    yield path;
  }
}

async function* removeAllTemporaries({ root, catalogue }: StoreParts): AsyncGenerator<string> {
  const directories = [root.snapshotTags, root.snapshotIds, root.imageNames, root.imageRecipes];
  for (const id of await catalogue.listIds()) directories.push(catalogue.directoryOf(id));
  for (const name of await listDirectory(root.images)) directories.push(join(root.images, name));
  for (const directory of directories)
    for (const name of await removeTemporaries(directory)) yield join(directory, name);
}

async function* removeDanglingPointers({ root, catalogue }: StoreParts): AsyncGenerator<string> {
  const ids = new Set(await catalogue.listIds());
  for (const tag of await catalogue.listTags()) {
    const pointer = await catalogue.peekTag(tag);
    // A damaged tag is no work of a crash. It stays, for its user to see it in the list.
    if (pointer === undefined || pointer === "damaged" || ids.has(pointer.id)) continue;
    await rm(catalogue.tagPath(tag));
    yield catalogue.tagPath(tag);
  }
  for (const id of await catalogue.listPins()) {
    if (ids.has(id)) continue;
    await rm(catalogue.pinPath(id));
    yield catalogue.pinPath(id);
  }
  await syncDirectory(root.snapshotTags);
  await syncDirectory(root.snapshotIds);
}

async function* removeUnreachable({ root, catalogue }: StoreParts): AsyncGenerator<string> {
  const graph = await readGraph(catalogue);
  if (graph.isIncomplete) return;
  for (const id of listUnused(graph, graph.ids, graph.pinned)) {
    await discardDirectory(root, catalogue.directoryOf(id));
    catalogue.forgetSnapshot(id);
    yield catalogue.directoryOf(id);
  }
}

async function* removeHotImages({ hot }: StoreParts): AsyncGenerator<string> {
  yield* await hot.file.clear();
  yield* await hot["shared-memory"].clear();
}

function removeUnfinishedOutputs({ root }: StoreParts): AsyncGenerator<string> {
  return removeUnfinished(root.path);
}

function relativeIfBelow(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? relative(root, path) : path;
}
