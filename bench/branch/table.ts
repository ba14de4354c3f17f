import type { Summary } from "@forkd/cli";
import type { BranchResults } from "./results.ts";

type Row = readonly [what: string, unit: string, summary: Summary];

/** The results as a Markdown table. */
export function renderBranchTable({ pauses, lineage, qemuOwn }: BranchResults): string {
  const rows: Row[] = [
    ...pauses.flatMap(({ name, pause, longestGap, wall, dirtyMib, bytesPerDirtyByte }): Row[] => [
      [`**${name}: pause**`, "ms", pause],
      [`${name}: longest gap that a client saw`, "ms", longestGap],
      [`${name}: until it was stored`, "ms", wall],
      [`${name}: dirty`, "MiB", dirtyMib],
      [`${name}: bytes for each dirty byte`, "", bytesPerDirtyByte],
    ]),
    ["fork of a snapshot that stands alone: first eval", "ms", lineage.flatFork],
    ["fork of a chain of three: first eval", "ms", lineage.chainFork],
    ["fork of a running machine into five: all answered", "ms", lineage.forkIntoFive],
    ["unpack and first eval of a fork", "ms", lineage.unpackAndForkMs],
    ["peer: QEMU's savevm, the guest stands still", "ms", qemuOwn.savevm],
    ["peer: QEMU's loadvm", "ms", qemuOwn.loadvm],
    ["peer: a whole migration to a file, the guest stands still", "ms", qemuOwn.migrateToFile],
  ];
  const head = "| what | unit | p50 | p90 | min | max | runs |\n| --- | --- | --: | --: | --: | --: | --: |";
  return [
    head,
    ...rows.map(
      ([what, unit, { p50, p90, min, max, runs }]) =>
        `| ${[what, unit, ...[p50, p90, min, max].map(format), runs].join(" | ")} |`,
    ),
    "",
    `First fork of the chain, which assembles it: ${format(lineage.firstChainForkMs)} ms.`,
    `Pack of the parent: ${format(lineage.packMib)} MiB, made in ${format(lineage.packMs)} ms.`,
    ...pauses.map(
      ({ name, first, last }) =>
        `${name}: first five pauses ${format(first)} ms, last five ${format(last)} ms.`,
    ),
  ].join("\n");
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
