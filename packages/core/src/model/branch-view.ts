import type { BranchInfo, JobId } from "@forkd/contract";
import type { Branch } from "../branch/branch-sandbox.ts";
import type { Claims } from "../claims/claims.ts";
import type { WrittenSnapshot } from "../claims/tag-claims.ts";
import { PAGE_SIZE } from "../memory-layer/format.ts";
import type { CaptureMode, CapturePause } from "../ports/engine.ts";
import type { SandboxRecord } from "./sandbox-record.ts";
import { describeSnapshot, describeWritten } from "./snapshot-view.ts";

/** What a branch is made of: the machine, and the job that makes it. */
interface BranchSource {
  readonly record: SandboxRecord;
  readonly jobId: JobId;
}

/** A branch that is stored, as the API shows it. */
export function describeBranch(
  { record, jobId }: BranchSource,
  { snapshot, mode, report }: Branch,
  claims: Claims,
): BranchInfo {
  const isDiff = mode === "diff";
  return {
    ...describeSnapshot(snapshot, claims.holds.users()),
    job_id: jobId,
    mode,
    branched_from: record.id,
    pause_ms: report.pauseMs,
    longest_stall_ms: report.longestStallMs,
    dirty_pages: report.dirtyPages,
    bytes_captured: report.memoryBytes + report.diskBytes,
    phases: report.phases.map(({ name, ms }) => ({ name, ms })),
    diff_ms: isDiff ? report.pauseMs : null,
    diff_physical_bytes: isDiff ? report.memoryBytes : null,
    diff_logical_bytes: isDiff ? report.dirtyPages * PAGE_SIZE : null,
  };
}

/** A branch whose source runs again while it is still written. */
export function describeResumed(
  { record, jobId }: BranchSource,
  written: WrittenSnapshot,
  { mode, pause }: { readonly mode: CaptureMode; readonly pause: CapturePause },
): BranchInfo {
  return {
    ...describeWritten(written),
    job_id: jobId,
    mode,
    branched_from: record.id,
    pause_ms: pause.pauseMs,
    longest_stall_ms: pause.pauseMs,
    dirty_pages: pause.dirtyPages,
    bytes_captured: 0,
    phases: [],
    diff_ms: null,
    diff_physical_bytes: null,
    diff_logical_bytes: null,
  };
}
