import { ForkdError } from "@forkd/contract";
import type { SnapshotInfo, snapshotRoutes } from "@forkd/contract";
import { createSnapshot } from "@forkd/core";
import type { SnapshotEntry } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";

/** Snapshots: make, list, remove. */
export function createSnapshotHandlers(services: Services): Handlers<keyof typeof snapshotRoutes> {
  const { snapshots, registry, writing, log } = services;
  return {
    listSnapshots: async () => [
      ...(await snapshots.list()).map((entry) => describe(entry, services)),
      ...listWriting(services),
    ],
    getSnapshot: async ({ params: { tag } }) => {
      const entries = await snapshots.list();
      const entry = entries.find((candidate) => tagOf(candidate) === tag);
      if (entry) return describe(entry, services);
      const inWork = listWriting(services).find((info) => info.tag === tag);
      if (inWork) return inWork;
      throw new ForkdError("snapshot_not_found", { tag, known: entries.map(tagOf) });
    },
    createSnapshot: async (call) => {
      const { tag, memory_mib: memoryMib, vcpus, image: imageId } = call.body;
      if (writing.has(tag)) throw new ForkdError("snapshot_exists", { tag });
      writing.set(tag, { startedAtUnix: Math.floor(Date.now() / 1000), memoryMib, vcpus, imageId });
      try {
        const snapshot = await createSnapshot(services, call.body, call);
        log.info({ tag, id: snapshot.manifest.id, buildMs: snapshot.manifest.buildMs }, "snapshot.created");
        return describe({ status: "ready", snapshot }, services);
      } finally {
        writing.delete(tag);
      }
    },
    deleteSnapshot: async ({ params: { tag }, query: { force } }) => {
      const users = registry.living().filter(({ record }) => record.snapshotTag === tag);
      if (users.length > 0 && !force) {
        throw new ForkdError("snapshot_in_use", { tag, sandboxes: users.map(({ record }) => record.id) });
      }
      await snapshots.remove(tag);
      log.info({ tag }, "snapshot.removed");
    },
  };
}

const tagOf = (entry: SnapshotEntry): string => (entry.status === "ready" ? entry.snapshot.tag : entry.tag);

function describe(entry: SnapshotEntry, { registry }: Services): SnapshotInfo {
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
    image_id: manifest.image.id,
    memory_mib: manifest.memoryMib,
    vcpus: manifest.vcpus,
    physical_bytes: physicalBytes,
    build_ms: manifest.buildMs,
    sandboxes: registry.living().filter(({ record }) => record.snapshotId === manifest.id).length,
  };
}

const NOTHING_KNOWN = {
  id: null,
  created_at_unix: 0,
  image_id: null,
  memory_mib: 0,
  vcpus: 0,
  physical_bytes: 0,
  build_ms: 0,
  sandboxes: 0,
} as const;

function listWriting({ writing }: Services): SnapshotInfo[] {
  return Array.from(writing, ([tag, { startedAtUnix, memoryMib, vcpus }]) => ({
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
