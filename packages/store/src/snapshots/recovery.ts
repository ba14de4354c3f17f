import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { DataRoot } from "../data-root.ts";
import { discardDirectory } from "../discard.ts";
import { removeTemporaries } from "../files/atomic-write.ts";
import { syncDirectory } from "../files/durable.ts";
import { listDirectory } from "../files/list-directory.ts";
import { removeTree } from "../files/remove-tree.ts";
import type { SnapshotCatalogue } from "./catalogue.ts";
import { findReferences } from "./references.ts";

/**
 * Removes what a crash leaves: every draft (of images too, which share the place), temporary files, tags that point
 * nowhere, and snapshots that nothing points to. Where a tag or manifest cannot be read, snapshots without a tag
 * are kept, since it may be the one that pointed to them. Gives the paths below the data root.
 *
 * Goes on after a failure, and throws an `AggregateError` of all of them in the end.
 */
export async function recoverSnapshots(root: DataRoot, catalogue: SnapshotCatalogue): Promise<string[]> {
  const removed: string[] = [];
  const failures: unknown[] = [];
  for (const step of [removeDrafts, removeAllTemporaries, removeDanglingTags, removeUnreachable]) {
    try {
      for await (const path of step(root, catalogue)) removed.push(relative(root.path, path));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${root.path} could not be tidied up`);
  return removed;
}

async function* removeDrafts(root: DataRoot): AsyncGenerator<string> {
  for (const name of await listDirectory(root.drafts)) {
    const path = join(root.drafts, name);
    await removeTree(path);
    yield path;
  }
}

async function* removeAllTemporaries(root: DataRoot, catalogue: SnapshotCatalogue): AsyncGenerator<string> {
  const directories = [root.snapshotTags, root.imageNames, root.imageRecipes];
  for (const id of await catalogue.listIds()) directories.push(catalogue.directoryOf(id));
  for (const name of await listDirectory(root.images)) directories.push(join(root.images, name));
  for (const directory of directories)
    for (const name of await removeTemporaries(directory)) yield join(directory, name);
}

async function* removeDanglingTags(root: DataRoot, catalogue: SnapshotCatalogue): AsyncGenerator<string> {
  const ids = new Set(await catalogue.listIds());
  for (const tag of await catalogue.listTags()) {
    const pointer = await catalogue.peekTag(tag);
    // A damaged tag is no work of a crash. It stays, for its user to see it in the list.
    if (pointer === undefined || pointer === "damaged" || ids.has(pointer.id)) continue;
    await rm(catalogue.tagPath(tag));
    yield catalogue.tagPath(tag);
  }
  await syncDirectory(root.snapshotTags);
}

async function* removeUnreachable(root: DataRoot, catalogue: SnapshotCatalogue): AsyncGenerator<string> {
  for (;;) {
    const { ids, isIncomplete } = await findReferences(catalogue);
    const orphans = isIncomplete ? [] : (await catalogue.listIds()).filter((id) => !ids.has(id));
    if (orphans.length === 0) return;
    // Once they are gone, so are their references to parents.
    for (const id of orphans) {
      await discardDirectory(root, catalogue.directoryOf(id));
      yield catalogue.directoryOf(id);
    }
  }
}
