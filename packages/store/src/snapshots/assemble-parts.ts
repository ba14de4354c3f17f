import { Claims, Semaphore } from "@forkd/core";
import { locateDataRoot } from "../data-root.ts";
import { HotImages } from "../hot/hot-images.ts";
import { createDiskPlace } from "../hot/place.ts";
import { createSharedMemoryPlace, locateSharedMemory } from "../hot/shared-memory.ts";
import { ImageCatalogue } from "../images/catalogue.ts";
import { TransferPlace } from "../transfers/transfer-place.ts";
import { LayerVerifier } from "../verify/layer-verifier.ts";
import { SnapshotCatalogue } from "./catalogue.ts";
import { OpenDrafts } from "./open-drafts.ts";
import { SnapshotOpener } from "./open.ts";
import type { GarbageParts } from "./removal/garbage.ts";

/** A child opens the memory that it was told of within a minute, or fails. */
const HOT_GRACE_MS = 120_000;

export interface SnapshotStoreOptions {
  readonly root: string;
  /** Where memory lies that must be on tmpfs: a directory below one that is everybody's. */
  readonly sharedMemoryDir?: string;
  /** Who needs what is here; that of the image store too. Default: one where nobody does. */
  readonly claims?: Claims;
  /** For how long assembled memory is kept after it was last asked for, whatever room is needed. */
  readonly hotGraceMs?: number;
}

/** The parts of a store, which know each other. Touches no file. */
export function assembleParts({
  root: path,
  sharedMemoryDir,
  claims = new Claims(),
  hotGraceMs = HOT_GRACE_MS,
}: SnapshotStoreOptions): GarbageParts {
  const root = locateDataRoot(path);
  const verifier = new LayerVerifier();
  const catalogue = new SnapshotCatalogue(root, verifier);
  const hot = {
    file: new HotImages(createDiskPlace(root.hot), hotGraceMs),
    "shared-memory": new HotImages(
      createSharedMemoryPlace(sharedMemoryDir ?? locateSharedMemory(path)),
      hotGraceMs,
    ),
  };
  return {
    root,
    catalogue,
    opener: new SnapshotOpener(catalogue, verifier, hot),
    hot,
    claims,
    drafts: new OpenDrafts(),
    changes: new Semaphore(1),
    images: new ImageCatalogue(root, verifier),
    transfers: new TransferPlace(path),
  };
}
