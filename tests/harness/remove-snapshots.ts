import type { Forkd } from "@forkd/sdk";
import { isForkdApiError } from "@forkd/sdk";

/** Removes a snapshot, if it is there, with all that stands on it. */
export async function removeSnapshot(forkd: Forkd, tag: string): Promise<void> {
  await forkd.snapshots.remove(tag, { cascade: true }).catch((error: unknown) => {
    if (!isForkdApiError(error) || error.code !== "snapshot_not_found") throw error;
  });
}

/** Ends the machines that tests have left, and removes their snapshots, but for those that are to be kept. */
export async function removeAllSnapshots(forkd: Forkd, kept: readonly string[] = []): Promise<void> {
  await forkd.sandboxes.killAll();
  for (const { tag } of await forkd.snapshots.list()) {
    if (!kept.includes(tag)) await removeSnapshot(forkd, tag);
  }
}
