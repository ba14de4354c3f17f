import { formatBytes } from "../output/units.ts";
import type { LineageNode, TreeSandbox, TreeSnapshot } from "./lineage.ts";

/** What a line of the tree says of a node. */
export interface NodeDescription {
  readonly name: string;
  readonly kind: string;
  readonly colour: "cyan" | "plain" | "green" | "red";
  readonly shortId: string;
  /** What it keeps for itself: on disk, or in memory for a sandbox. */
  readonly ownBytes: number | null;
  readonly shared: string;
  readonly createdAtUnix: number | null;
  readonly branchedFrom: string;
}

const MIB = 1024 * 1024;
const SHORT_IMAGE_ID = 12;
/** `sn_` and eight characters. */
const SHORT_SNAPSHOT_ID = 11;
const NOTHING = "-";

export function describeNode(node: LineageNode): NodeDescription {
  switch (node.kind) {
    case "image":
      return describeImage(node);
    case "snapshot":
      return describeSnapshot(node);
    case "sandbox":
      return describeSandbox(node);
  }
}

function describeImage({ id, image }: LineageNode & { kind: "image" }): NodeDescription {
  return {
    name: image?.names.join(", ") || "(no name)",
    kind: "image",
    colour: "plain",
    shortId: id.slice(0, SHORT_IMAGE_ID),
    ownBytes: image?.physicalBytes ?? null,
    shared: NOTHING,
    createdAtUnix: image?.createdAtUnix ?? null,
    branchedFrom: "",
  };
}

function describeSnapshot({ snapshot, parent }: LineageNode & { kind: "snapshot" }): NodeDescription {
  return {
    name: snapshot.tags.join(", ") || snapshotName(snapshot),
    kind: snapshot.memoryKind,
    colour: "cyan",
    shortId: snapshot.id.slice(0, SHORT_SNAPSHOT_ID),
    ownBytes: snapshot.physicalBytes,
    shared: parent === undefined ? NOTHING : describeSharedLayers(snapshot, parent),
    createdAtUnix: snapshot.createdAtUnix,
    branchedFrom: snapshot.branchedFrom ?? "",
  };
}

/** Of what runs, and what can. */
const COLOURS: { readonly [Status in TreeSandbox["status"]]?: NodeDescription["colour"] } = {
  running: "green",
  paused: "plain",
};

function describeSandbox({ sandbox, snapshot }: LineageNode & { kind: "sandbox" }): NodeDescription {
  const { id, status, privateBytes, createdAtUnix } = sandbox;
  return {
    name: id,
    kind: status,
    colour: COLOURS[status] ?? "red",
    shortId: "",
    ownBytes: privateBytes,
    shared: describeSharedMemory(privateBytes, snapshot),
    createdAtUnix,
    branchedFrom: "",
  };
}

/** A branch whose memory stands alone has its parent's disk all the same. */
function describeSharedLayers({ memoryKind }: TreeSnapshot, parent: TreeSnapshot): string {
  return `${memoryKind === "full" ? "disk" : "memory, disk"} with ${snapshotName(parent)}`;
}

function describeSharedMemory(privateBytes: number | null, snapshot: TreeSnapshot | undefined): string {
  if (privateBytes === null || snapshot === undefined) return NOTHING;
  const sharedBytes = Math.max(0, snapshot.memoryMib * MIB - privateBytes);
  return `${formatBytes(sharedBytes)} with ${snapshotName(snapshot)}`;
}

function snapshotName({ tag, id }: TreeSnapshot): string {
  return tag ?? id.slice(0, SHORT_SNAPSHOT_ID);
}
