import type { SnapshotId } from "@forkd/contract";
import type { Claims } from "../claims/claims.ts";
import type { CallOptions } from "../ports/options.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { StagedSnapshots } from "./staged-snapshots.ts";

interface SourceParts {
  readonly claims: Claims;
  readonly snapshots: SnapshotStore;
  readonly staged: StagedSnapshots;
}

/**
 * Holds a snapshot that may have no tag. Disposal drops it, staged or stored, where nobody needs it then: its machine may
 * have gone while it was held. Throws `cancelled`.
 */
export async function holdSource(
  { claims, snapshots, staged }: SourceParts,
  id: SnapshotId,
  work: string,
  options: CallOptions,
): Promise<AsyncDisposable> {
  const hold = await claims.holds.take(id, work, options);
  return {
    async [Symbol.asyncDispose]() {
      hold[Symbol.dispose]();
      await staged.release(id);
      await snapshots.release(id);
    },
  };
}
