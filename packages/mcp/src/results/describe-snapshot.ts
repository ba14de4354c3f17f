import type { SnapshotInfo } from "@forkd/sdk";

/** A snapshot in a line. */
export function describeSnapshot(snapshot: SnapshotInfo): string {
  const { tag, status, memoryMib, vcpus, branchedFrom, sandboxes } = snapshot;
  const source = branchedFrom === null ? "" : `, branched from ${branchedFrom}`;
  return `${tag}: ${status}, ${memoryMib} MiB, ${vcpus} vCPU${source}, ${sandboxes} sandboxes run from it`;
}
