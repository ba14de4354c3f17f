import { ForkdError } from "@forkd/contract";
import type { snapshotRoutes } from "@forkd/contract";
import { createSnapshot } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";
import { dropZygotes, prepareZygote } from "../snapshots/zygotes.ts";
import { describeEntry, listWriting, tagOf } from "../snapshots/describe.ts";
import { describeFamily } from "../snapshots/describe-family.ts";
import { describeTree } from "../snapshots/describe-tree.ts";

/** Snapshots: make, list, remove. */
export function createSnapshotHandlers(services: Services): Handlers<keyof typeof snapshotRoutes> {
  const { snapshots, log } = services;
  return {
    listSnapshots: async () => [
      ...(await snapshots.list()).map((entry) => describeEntry(entry, services)),
      ...listWriting(services),
    ],
    getSnapshot: async ({ params: { tag } }) => {
      const entries = await snapshots.list();
      const entry = entries.find((candidate) => tagOf(candidate) === tag);
      if (entry) return describeEntry(entry, services);
      const inWork = listWriting(services).find((info) => info.tag === tag);
      if (inWork) return inWork;
      throw new ForkdError("snapshot_not_found", { tag, known: entries.map(tagOf) });
    },
    createSnapshot: async (call) => {
      const { tag } = call.body;
      const snapshot = await createSnapshot(services, call.body, call);
      log.info({ tag, id: snapshot.manifest.id, buildMs: snapshot.manifest.buildMs }, "snapshot.created");
      void prepareZygote(services, snapshot.manifest.id);
      return describeEntry({ status: "ready", snapshot }, services);
    },
    deleteSnapshot: async ({ params: { tag }, query: { force, cascade } }) => {
      const dependents = force ? "untag" : cascade ? "cascade" : "refuse";
      const removed = await snapshots.remove(tag, { dependents });
      await dropZygotes(services);
      log.info({ tags: removed }, "snapshot.removed");
      return { removed };
    },
    snapshotDetail: async ({ params: { tag } }) => describeFamily(await snapshots.describeFamily(tag)),
    compactSnapshot: async (call) => {
      const { to } = call.body;
      const snapshot = await snapshots.compact(call.params.tag, to, call);
      log.info({ from: call.params.tag, to }, "snapshot.compacted");
      return describeEntry({ status: "ready", snapshot }, services);
    },
    tree: (call) => describeTree(services, call),
    collectGarbage: async ({ body: { dry_run: dryRun } }) => {
      const { removed } = await snapshots.collectGarbage({ dryRun });
      if (!dryRun) await dropZygotes(services);
      if (!dryRun && removed.length > 0) log.info({ removed }, "garbage.collected");
      return {
        dry_run: dryRun,
        removed: [...removed],
        bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    },
  };
}
