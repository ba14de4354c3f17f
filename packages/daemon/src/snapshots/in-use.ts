import type { SnapshotId } from "@forkd/contract";
import type { Services } from "../services.ts";

/** The snapshots that machines run from. */
export function listInUse({ registry }: Services): ReadonlySet<SnapshotId> {
  return new Set(registry.living().map(({ record }) => record.snapshotId));
}
