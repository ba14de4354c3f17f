import type { ImageInfo, Tree } from "@forkd/sdk";
import { renderTable } from "../output/table.ts";
import type { TableView } from "../output/table.ts";
import type { Column } from "../output/table.ts";
import { formatBytes, formatRelative } from "../output/units.ts";
import { describeNode } from "./describe-node.ts";
import type { NodeDescription } from "./describe-node.ts";
import { growLineage } from "./lineage.ts";
import type { LineageNode } from "./lineage.ts";

const MIB = 1024 * 1024;

const GLYPHS = {
  unicode: { middle: "├─ ", last: "└─ ", through: "│  ", none: "   " },
  ascii: { middle: "|- ", last: "`- ", through: "|  ", none: "   " },
} as const;

export interface TreeView {
  readonly glyphs: keyof typeof GLYPHS;
  readonly style: NonNullable<TableView["style"]>;
  /** Now, in seconds since 1970. */
  readonly nowUnix: number;
}

/** A line: its description, and what joins it to the lines above. */
interface Row extends NodeDescription {
  readonly lead: string;
}

/** The lines of a lineage: what comes from what, what each keeps for itself, and what it shares. */
export function renderTree(tree: Tree, images: readonly ImageInfo[], view: TreeView): string[] {
  const rows = growLineage(tree, images).flatMap((node) => flatten(node, view.glyphs));
  const isBranched = rows.some(({ branchedFrom }) => branchedFrom !== "");
  const columns: Column<Row>[] = [
    { head: "NAME", lead: ({ lead }) => lead, cell: ({ name }) => name },
    { head: "KIND", cell: ({ kind }) => kind, paint: ({ colour }) => colour },
    { head: "ID", cell: ({ shortId }) => shortId },
    {
      head: "OWN",
      cell: ({ ownBytes }) => (ownBytes === null ? "-" : formatBytes(ownBytes)),
      align: "right",
    },
    { head: "SHARED", cell: ({ shared }) => shared },
    { head: "CREATED", cell: ({ createdAtUnix }) => describeAge(createdAtUnix, view.nowUnix) },
    ...(isBranched ? [{ head: "BRANCHED FROM", cell: ({ branchedFrom }: Row) => branchedFrom }] : []),
  ];
  return renderTable(rows, columns, { style: view.style });
}

/** What sharing saves, in a sentence; undefined when no sandbox of a snapshot that is known runs. */
export function summariseTree({ snapshots, sandboxes }: Tree): string | undefined {
  const memory = new Map(snapshots.map(({ id, memoryMib }) => [id, memoryMib * MIB]));
  const running = sandboxes.filter(
    ({ status, snapshotId }) => status === "running" && memory.has(snapshotId),
  );
  if (running.length === 0) return undefined;
  const seenBytes = sum(running.map(({ snapshotId }) => memory.get(snapshotId) ?? 0));
  const ownBytes = sum(running.map(({ privateBytes }) => privateBytes ?? 0));
  const count = `${running.length} running ${running.length === 1 ? "sandbox" : "sandboxes"}`;
  return `${count} with ${formatBytes(seenBytes)} of memory together, of which ${formatBytes(ownBytes)} not shared`;
}

/** A node and all below it; `lead` stands before its own name, `below` before those of its children. */
function flatten(node: LineageNode, glyphs: TreeView["glyphs"], lead = "", below = ""): Row[] {
  const { middle, last, through, none } = GLYPHS[glyphs];
  const final = node.children.at(-1);
  const children = node.children.flatMap((child) =>
    child === final
      ? flatten(child, glyphs, below + last, below + none)
      : flatten(child, glyphs, below + middle, below + through),
  );
  return [{ ...describeNode(node), lead }, ...children];
}

function describeAge(createdAtUnix: number | null, nowUnix: number): string {
  return createdAtUnix === null ? "-" : formatRelative(createdAtUnix, nowUnix);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
