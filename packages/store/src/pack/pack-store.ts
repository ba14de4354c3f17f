import type { PortableImages } from "../images/portable-images.ts";
import type { PortableSnapshots } from "../snapshots/portable-snapshots.ts";

/** Where packs come from and go to. */
export interface PackStore {
  readonly root: string;
  readonly snapshots: PortableSnapshots;
  readonly images: PortableImages;
}
