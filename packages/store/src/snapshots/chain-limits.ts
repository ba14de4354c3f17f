/** A chain has at most so many snapshots. */
export const MAX_CHAIN_DEPTH = 32;

/** A chain has at most so many overlays: a child opens all of them, each as the backing file of the next. */
export const MAX_CHAIN_DISKS = 64;
