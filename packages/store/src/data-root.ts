import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError, SNAPSHOT_ID_PATTERN, TAG_PATTERN, TAG_RULE } from "@forkd/contract";

/** Where everything is kept. All of it is on one file system, so that a rename publishes. */
export interface DataRoot {
  readonly path: string;
  /** What is being written or removed. Whatever is here when the daemon starts is rubbish. */
  readonly drafts: string;
  readonly snapshots: string;
  readonly snapshotTags: string;
  /** As tags, for snapshots that were stored without one: named after their ids. */
  readonly snapshotIds: string;
  /** Whole memories that were assembled of chains: a cache. */
  readonly hot: string;
  readonly images: string;
  readonly imageNames: string;
  readonly imageRecipes: string;
}

/** The directories below a data root. Makes nothing. */
export function locateDataRoot(path: string): DataRoot {
  return {
    path,
    drafts: join(path, "drafts"),
    snapshots: join(path, "snapshots"),
    snapshotTags: join(path, "snapshot-tags"),
    snapshotIds: join(path, "snapshot-ids"),
    hot: join(path, "hot"),
    images: join(path, "images"),
    imageNames: join(path, "image-names"),
    imageRecipes: join(path, "image-recipes"),
  };
}

/** Makes the directories that are not there yet, for their owner only: they hold the memory of guests. */
export async function ensureDataRoot({ path, ...directories }: DataRoot): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await Promise.all(
    Object.values(directories).map((directory) => mkdir(directory, { recursive: true, mode: 0o700 })),
  );
}

/** Throws `invalid_request` for a tag or image name that must not become the name of a file. */
export function requireName(field: "tag" | "name", value: string): void {
  if (TAG_PATTERN.test(value)) return;
  const message = `${JSON.stringify(value.slice(0, 100))} ${TAG_RULE}`;
  throw new ForkdError("invalid_request", { issues: [{ path: field, message }] });
}

/** As {@link requireName}, for a tag that is to be given: it must not look like the id of a snapshot. */
export function requireNewTag(tag: string): void {
  requireName("tag", tag);
  if (!SNAPSHOT_ID_PATTERN.test(tag)) return;
  const message = "must not look like the id of a snapshot (sn_ and 16 characters)";
  throw new ForkdError("invalid_request", { issues: [{ path: "tag", message }] });
}
