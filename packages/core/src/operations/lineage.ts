import type { SnapshotDetail, Tree } from "@forkd/contract";
import { describeFamily } from "../model/family-view.ts";
import { describeTree } from "../model/tree-view.ts";
import { pruneTree } from "../tenants/prune-tree.ts";
import { seesName } from "../tenants/sight.ts";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** What comes of what. */
export function createLineageOperations(ports: OperationPorts) {
  const { snapshots, registry } = ports;
  return {
    describeFamily: async (
      ...[caller, { tag }]: Asked<{ readonly tag: string }>
    ): Promise<SnapshotDetail> => {
      const detail = describeFamily(await snapshots.describeFamily(tag));
      return { ...detail, dependents: detail.dependents.filter((name) => seesName(caller, name)) };
    },

    describeTree: async (...[caller, , options]: Asked): Promise<Tree> =>
      pruneTree(await describeTree(ports, options), caller, (id) => registry.tenantOf(id)),
  };
}
