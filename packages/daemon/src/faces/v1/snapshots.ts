import type { snapshotRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Snapshots: make, list, remove. */
export function createSnapshotHandlers({ operations }: Services): Handlers<keyof typeof snapshotRoutes> {
  return {
    listSnapshots: (call) => operations.listSnapshots(call.caller, call.query, call),
    getSnapshot: (call) => operations.describeSnapshot(call.caller, call.params, call),
    createSnapshot: (call) => operations.createSnapshot(call.caller, call.body, call),
    deleteSnapshot: async (call) => {
      const { force, cascade } = call.query;
      const dependents = force ? "untag" : cascade ? "cascade" : "refuse";
      const order = { tag: call.params.tag, dependents } as const;
      return { removed: await operations.removeSnapshot(call.caller, order, call) };
    },
    snapshotDetail: (call) => operations.describeFamily(call.caller, call.params, call),
    compactSnapshot: (call) =>
      operations.compactSnapshot(call.caller, { tag: call.params.tag, to: call.body.to }, call),
    tree: (call) => operations.describeTree(call.caller, {}, call),
    collectGarbage: async (call) => {
      const { dry_run } = call.body;
      const { removed, bytes } = await operations.collectGarbage(call.caller, { dryRun: dry_run }, call);
      return { dry_run, removed: [...removed], bytes };
    },
  };
}
