import type { BranchInfo } from "@forkd/sdk";
import { printFacts } from "./facts.ts";
import { printNote } from "./print.ts";
import { toSafeText } from "./text.ts";
import { formatBytes, formatDuration } from "./units.ts";

const PAGE_BYTES = 4096;

/** What a branch gave, and what it cost the machine that it was taken of. */
export function printBranch(info: BranchInfo): void {
  const { tag, mode, branchedFrom, dirtyPages, bytesCaptured, status, jobId, warning } = info;
  const isWritten = status === "ready";
  printFacts([
    ["snapshot", tag],
    ["mode", mode],
    ["branched from", branchedFrom],
    ["paused", describePause(info)],
    ["dirty", `${formatBytes(dirtyPages * PAGE_BYTES)} (${dirtyPages} pages)`],
    ...(isWritten ? [["captured", formatBytes(bytesCaptured)] as const] : []),
    ...(isWritten ? [["phases", describePhases(info)] as const] : []),
    ...(isWritten ? [] : [["job", `${jobId} (${status})`] as const]),
  ]);
  if (warning !== undefined) printNote(`warning: ${toSafeText(warning)}`);
  printNote(isWritten ? `  next: forkd fork --tag ${tag}` : "  next: forkd jobs --follow");
}

function describePause({ pauseMs, longestStallMs }: BranchInfo): string {
  const pause = formatDuration(pauseMs);
  return longestStallMs > pauseMs ? `${pause}; longest stall ${formatDuration(longestStallMs)}` : pause;
}

function describePhases({ phases }: BranchInfo): string {
  return phases.map(({ name, ms }) => `${name} ${formatDuration(ms)}`).join(", ") || "-";
}
