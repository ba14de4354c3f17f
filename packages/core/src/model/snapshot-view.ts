import type { SnapshotInfo } from "@forkd/contract";
import type { Holds } from "../claims/holds.ts";
import type { WrittenSnapshot } from "../claims/tag-claims.ts";
import type { SnapshotEntry, SnapshotSummary } from "../ports/snapshots.ts";

/** Who needs what, as {@link Holds.users} gives it. */
type UsersById = ReturnType<Holds["users"]>;

/** The tag that an entry of the list has, whole or not. */
export const tagOf = (entry: SnapshotEntry): string =>
  entry.status === "ready" ? entry.snapshot.tag : entry.tag;

/** A line of the list as the API shows it. */
export function describeEntry(entry: SnapshotEntry, users: UsersById): SnapshotInfo {
  if (entry.status === "ready") return describeSnapshot(entry.snapshot, users);
  const { tag, directory: dir, why: warning } = entry;
  return { ...NOTHING_KNOWN, tag, dir, status: "failed", bootable: false, warning };
}

/** A snapshot that is whole as the API shows it. */
export function describeSnapshot(snapshot: SnapshotSummary, users: UsersById): SnapshotInfo {
  const { tag, directory: dir, manifest, physicalBytes } = snapshot;
  return {
    tag,
    id: manifest.id,
    dir,
    status: "ready",
    bootable: true,
    created_at_unix: manifest.createdAtUnix,
    parent_id: manifest.parentId,
    branched_from: manifest.lineage?.sandboxId ?? null,
    pause_ms: manifest.lineage?.pauseMs ?? null,
    image_id: manifest.image.id,
    memory_mib: manifest.memoryMib,
    vcpus: manifest.vcpus,
    physical_bytes: physicalBytes,
    build_ms: manifest.buildMs,
    sandboxes: users.get(manifest.id)?.sandboxes.length ?? 0,
  };
}

/** A snapshot that is being written as the API shows it. */
export function describeWritten({ tag, startedAtUnix, memoryMib, vcpus }: WrittenSnapshot): SnapshotInfo {
  return {
    ...NOTHING_KNOWN,
    tag,
    dir: "",
    status: "writing",
    bootable: false,
    created_at_unix: startedAtUnix,
    memory_mib: memoryMib,
    vcpus,
  };
}

const NOTHING_KNOWN = {
  id: null,
  created_at_unix: 0,
  parent_id: null,
  branched_from: null,
  pause_ms: null,
  image_id: null,
  memory_mib: 0,
  vcpus: 0,
  physical_bytes: 0,
  build_ms: 0,
  sandboxes: 0,
} as const;
