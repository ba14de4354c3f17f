import type { SnapshotId } from "@forkd/contract";
import type { Claims, Semaphore } from "@forkd/core";
import type { DataRoot } from "../data-root.ts";
import type { HotCaches } from "../hot/hot-images.ts";
import type { SnapshotCatalogue } from "./catalogue.ts";
import type { OpenDrafts } from "./open-drafts.ts";
import type { SnapshotOpener } from "./open.ts";
import type { TransferPlace } from "../transfers/transfer-place.ts";

/** The parts of one store. */
export interface StoreParts {
  readonly root: DataRoot;
  readonly catalogue: SnapshotCatalogue;
  readonly opener: SnapshotOpener;
  readonly hot: HotCaches;
  readonly claims: Claims;
  readonly drafts: OpenDrafts;
  readonly transfers: TransferPlace;
  /** One permit: who publishes or removes a snapshot has it, so that none loses its parent meanwhile. */
  readonly changes: Semaphore;
}

/** Drops everything that is kept of a snapshot besides its directory. */
export async function forgetSnapshot({ catalogue, hot }: StoreParts, id: SnapshotId): Promise<void> {
  catalogue.forgetSnapshot(id);
  await hot.file.remove(id);
  await hot["shared-memory"].remove(id);
}
