import type { ImageInfo, Tree } from "@forkd/sdk";

export type TreeSnapshot = Tree["snapshots"][number];
export type TreeSandbox = Tree["sandboxes"][number];

/** One thing of the tree, and all that comes from it. */
export type LineageNode = { readonly children: readonly LineageNode[] } & (
  | { readonly kind: "image"; readonly id: string; readonly image: ImageInfo | undefined }
  | { readonly kind: "snapshot"; readonly snapshot: TreeSnapshot; readonly parent: TreeSnapshot | undefined }
  | { readonly kind: "sandbox"; readonly sandbox: TreeSandbox; readonly snapshot: TreeSnapshot | undefined }
);

/**
 * Images with their snapshots, and snapshots with the sandboxes that run from them and the snapshots that stand on
 * them; older ones first. Everything of `tree` is in it exactly once: what has lost its parent stands at the top.
 */
export function growLineage(tree: Tree, images: readonly ImageInfo[]): LineageNode[] {
  const snapshots = tree.snapshots.toSorted(byAge);
  const sandboxes = tree.sandboxes.toSorted(byAge);
  const growSnapshots = createGrower(snapshots, sandboxes);
  const known = new Set(snapshots.map(({ id }) => id));
  const tops = snapshots.filter(({ parentId }) => parentId === null || !known.has(parentId));
  // What is not below a top stands on itself, in a circle; it must not vanish.
  const byImage = Map.groupBy([...tops, ...snapshots], ({ imageId }) => imageId);
  const imageIds = new Set([...images.map(({ id }) => id), ...byImage.keys()]);
  const grown = [...imageIds].map((id): LineageNode => {
    const image = images.find((candidate) => candidate.id === id);
    return { kind: "image", id, image, children: growSnapshots(byImage.get(id) ?? []) };
  });
  const orphans = sandboxes.filter(({ snapshotId }) => !known.has(snapshotId));
  return [...grown, ...orphans.map((sandbox) => growSandbox(sandbox, undefined))];
}

/** Grows snapshots with all that is below them, each only once. */
function createGrower(
  snapshots: readonly TreeSnapshot[],
  sandboxes: readonly TreeSandbox[],
): (tops: readonly TreeSnapshot[]) => LineageNode[] {
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const byParent = Map.groupBy(snapshots, ({ parentId }) => parentId);
  const bySnapshot = Map.groupBy(sandboxes, ({ snapshotId }) => snapshotId);
  const placed = new Set<string>();
  const grow = (snapshot: TreeSnapshot): LineageNode[] => {
    const { id, parentId } = snapshot;
    if (placed.has(id)) return [];
    placed.add(id);
    const machines = (bySnapshot.get(id) ?? []).map((sandbox) => growSandbox(sandbox, snapshot));
    const children = [...machines, ...(byParent.get(id) ?? []).flatMap(grow)];
    return [{ kind: "snapshot", snapshot, parent: byId.get(parentId ?? ""), children }];
  };
  return (tops) => tops.flatMap(grow);
}

function growSandbox(sandbox: TreeSandbox, snapshot: TreeSnapshot | undefined): LineageNode {
  return { kind: "sandbox", sandbox, snapshot, children: [] };
}

interface Dated {
  readonly id: string;
  readonly createdAtUnix: number;
}

function byAge(a: Dated, b: Dated): number {
  return a.createdAtUnix - b.createdAtUnix || (a.id < b.id ? -1 : 1);
}
