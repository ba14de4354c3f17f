import type { SandboxId, Tree } from "@forkd/contract";
import { seesName, seesSandbox } from "./sight.ts";
import type { Viewer } from "./sight.ts";

/** A tree of what a viewer sees, and of what that stands on. */
export function pruneTree(
  { snapshots, sandboxes }: Tree,
  viewer: Viewer,
  tenantOf: (id: SandboxId) => string | undefined,
): Tree {
  if (viewer.tenant === undefined) return { snapshots, sandboxes };
  const ours = sandboxes.filter(({ id }) => seesSandbox(viewer, { tenant: tenantOf(id) }));
  const named = snapshots.filter(({ tags }) => tags.some((tag) => seesName(viewer, tag)));
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const kept = new Set<string>();
  for (const first of [...named.map(({ id }) => id), ...ours.map(({ snapshot_id }) => snapshot_id)])
    for (
      let id: typeof first | null = first;
      id !== null && !kept.has(id);
      id = byId.get(id)?.parent_id ?? null
    )
      kept.add(id);
  return {
    sandboxes: ours,
    snapshots: snapshots
      .filter(({ id }) => kept.has(id))
      .map(({ tags: all, ...snapshot }) => {
        const tags = all.filter((tag) => seesName(viewer, tag));
        return { ...snapshot, tags, tag: tags[0] ?? null };
      }),
  };
}
