import { treeSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import type { Tree } from "@forkd/sdk";
import { z } from "zod";
import { listLines } from "../../results/list-lines.ts";
import { defineTool } from "../../tool.ts";

export const getTree = defineTool({
  name: "get_tree",
  title: "Show what comes from what",
  description:
    "Show all snapshots and sandboxes, each below the snapshot that it comes from, with what it takes.",
  effect: "reads",
  input: z.strictObject({}),
  output: treeSchema,
  async run(_, { session, signal }) {
    const tree = await session.forkd.tree({ signal });
    return { data: toWire(tree), text: listLines(drawTree(tree), "there are no snapshots and no sandboxes") };
  },
});

/** Each snapshot with its sandboxes, and below it those that stand on it, each once. */
function drawTree({ snapshots, sandboxes }: Tree): string[] {
  const drawn = new Set<string>();
  const known = new Set(snapshots.map(({ id }) => id));
  const draw = (snapshot: Tree["snapshots"][number], depth: number): string[] => {
    if (drawn.has(snapshot.id)) return [];
    drawn.add(snapshot.id);
    const indent = "  ".repeat(depth);
    const own = sandboxes.filter(({ snapshotId }) => snapshotId === snapshot.id);
    return [
      `${indent}snapshot ${snapshot.tag ?? snapshot.id} (${snapshot.memoryKind}, ${snapshot.physicalBytes} bytes)`,
      ...own.map(({ id, status }) => `${indent}  sandbox ${id} (${status})`),
      ...snapshots
        .filter(({ parentId }) => parentId === snapshot.id)
        .flatMap((child) => draw(child, depth + 1)),
    ];
  };
  const tops = snapshots.filter(({ parentId }) => parentId === null || !known.has(parentId));
  const orphans = sandboxes.filter(({ snapshotId }) => !known.has(snapshotId));
  return [
    ...[...tops, ...snapshots].flatMap((snapshot) => draw(snapshot, 0)),
    ...orphans.map(({ id, status }) => `sandbox ${id} (${status})`),
  ];
}
