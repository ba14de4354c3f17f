import { ForkdError } from "@forkd/contract";
import type { SnapshotDetail } from "@forkd/contract";
import type { ChainLink, SnapshotFamily } from "../ports/snapshots.ts";

/** A snapshot among its relatives, as the API shows it. */
export function describeFamily({ chain, dependents, hotBytes }: SnapshotFamily): SnapshotDetail {
  const head = chain.at(-1);
  if (!head) throw new ForkdError("internal", { reason: "a snapshot has an empty chain" });
  const { manifest, directory } = head;
  const parent = chain.at(-2);
  const vmstateBytes = manifest.deviceState.sizeBytes;
  const diskBytes = manifest.disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    tag: nameOf(head),
    id: manifest.id,
    dir: directory,
    created_at_unix: manifest.createdAtUnix,
    memory_logical_bytes: manifest.memoryMib * 1024 * 1024,
    memory_physical_bytes: Math.max(0, head.physicalBytes - vmstateBytes - diskBytes),
    vmstate_bytes: vmstateBytes,
    disk_bytes: diskBytes,
    hot_bytes: hotBytes,
    parent_tag: parent ? nameOf(parent) : null,
    parent_content_hash: parent?.manifest.memory.sha256 ?? null,
    chain_depth: chain.length,
    ancestors: chain.slice(0, -1).map(nameOf),
    dependents: [...dependents],
  };
}

const nameOf = ({ tag, manifest }: ChainLink): string => tag ?? manifest.id;
