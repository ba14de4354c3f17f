export { createImageStore } from "./images/store.ts";
export { createPacks } from "./pack/packs.ts";
export { createSnapshotStore } from "./snapshots/store.ts";
