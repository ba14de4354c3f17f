export { createImageStore } from "./images/store.ts";
export { createPacks } from "./pack/packs.ts";
export type * from "./pack/orders.ts";
export { createSnapshotStore } from "./snapshots/store.ts";
