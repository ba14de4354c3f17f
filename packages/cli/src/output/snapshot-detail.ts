import type { SnapshotDetail } from "@forkd/sdk";
import { printFacts } from "./facts.ts";
import { printNote } from "./print.ts";
import { formatBytes, formatRelative } from "./units.ts";

/** A snapshot among its relatives. */
export function printSnapshotDetail(detail: SnapshotDetail): void {
  const { tag, id, dir, parentTag, parentContentHash, chainDepth, ancestors, dependents } = detail;
  printFacts([
    ["snapshot", `${tag} (${id})`],
    ["directory", dir],
    ["created", formatRelative(detail.createdAtUnix)],
    ["parent", parentTag ?? "none: it stands alone"],
    ...(parentContentHash === null ? [] : [["parent's digest", parentContentHash] as const]),
    ["chain", `${[...ancestors, tag].join(" → ")} (depth ${chainDepth})`],
    ["memory", describeMemory(detail)],
    ["device state", formatBytes(detail.vmstateBytes)],
    ["disk", formatBytes(detail.diskBytes)],
    ["assembled", detail.hotBytes === 0 ? "no" : formatBytes(detail.hotBytes)],
    ["dependents", dependents.join(", ") || "none"],
  ]);
  if (dependents.length > 0) printNote("  rmi refuses while others stand on it; see forkd rmi --help");
}

function describeMemory({ memoryLogicalBytes, memoryPhysicalBytes }: SnapshotDetail): string {
  return `${formatBytes(memoryLogicalBytes)}, ${formatBytes(memoryPhysicalBytes)} of its own on disk`;
}
