import type { SnapshotInfo } from "@forkd/contract";
import type { SnapshotEntry } from "@forkd/core";
import type { Services } from "../services.ts";

/** The tag that an entry of the list has, whole or not. */
export const tagOf = (entry: SnapshotEntry): string =>
  entry.status === "ready" ? entry.snapshot.tag : entry.tag;

/** A snapshot as the API shows it. */
export function describeEntry(entry: SnapshotEntry, { registry }: Services): SnapshotInfo {
  if (entry.status === "failed") {
    const { tag, directory: dir, why: warning } = entry;
    return { ...NOTHING_KNOWN, tag, dir, status: "failed", bootable: false, warning };
  }
  const { tag, directory: dir, manifest, physicalBytes } = entry.snapshot;
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
    sandboxes: registry.users().filter(({ snapshotId }) => snapshotId === manifest.id).length,
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

/** Snapshots that are being written. */
export function listWriting({ claims }: Services): SnapshotInfo[] {
  return claims.tags.listWritten().map(({ tag, startedAtUnix, memoryMib, vcpus }) => ({
    ...NOTHING_KNOWN,
    tag,
    dir: "",
    status: "writing",
    bootable: false,
    created_at_unix: startedAtUnix,
    memory_mib: memoryMib,
    vcpus,
  }));
}
