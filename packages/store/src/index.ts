export { createImageStore } from "./images/store.ts";
export { createSnapshotStore } from "./snapshots/store.ts";
