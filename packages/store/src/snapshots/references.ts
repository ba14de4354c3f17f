import type { SnapshotId } from "@forkd/contract";
import { isForkdError } from "@forkd/contract";
import type { SnapshotCatalogue } from "./catalogue.ts";

/** Which snapshots something points to. */
export interface SnapshotReferences {
  /** Ids that a tag or the `parentId` of a manifest names. */
  readonly ids: ReadonlySet<SnapshotId>;
  /** Whether a tag or a manifest is damaged: what that one points to, nobody knows. */
  readonly isIncomplete: boolean;
}

/** Reads every tag and manifest. */
export async function findReferences(catalogue: SnapshotCatalogue): Promise<SnapshotReferences> {
  const targets = [
    ...(await catalogue.listTags()).map(async (tag) => (await catalogue.readTag(tag))?.id),
    ...(await catalogue.listIds()).map(async (id) => (await catalogue.readManifest(id))?.value.parentId),
  ];
  const ids = new Set<SnapshotId>();
  let isIncomplete = false;
  for (const result of await Promise.allSettled(targets)) {
    if (result.status === "fulfilled") {
      if (result.value) ids.add(result.value);
    } else if (isForkdError(result.reason)) isIncomplete = true;
    else throw result.reason;
  }
  return { ids, isIncomplete };
}
