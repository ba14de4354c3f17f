import { ForkdError, isForkdError } from "@forkd/contract";
import type { Claims } from "../claims/claims.ts";
import type { CaptureMode, CapturePause, CaptureReport } from "../ports/engine.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type {
  SnapshotDescription,
  SnapshotDraft,
  SnapshotManifest,
  SnapshotStore,
} from "../ports/snapshots.ts";
import type { CaptureSource } from "./capture-source.ts";
import type { StagedSnapshots } from "./staged-snapshots.ts";

export interface BranchPorts {
  readonly claims: Claims;
  readonly snapshots: SnapshotStore;
  readonly staged: StagedSnapshots;
}

/** A capture whose files are in the draft, and what the store needs to know of it. */
export interface Captured {
  readonly report: CaptureReport;
  readonly description: SnapshotDescription;
}

/**
 * The manifest of the snapshot that a machine runs from. One that was only staged is stored first, so that another can
 * stand on it. Throws `base_gone`.
 */
export async function openBase(
  { snapshots, staged }: BranchPorts,
  sandbox: CaptureSource,
  options: ProgressOptions,
): Promise<SnapshotManifest> {
  const { id, snapshotId, snapshotTag } = sandbox.record;
  try {
    await staged.store(snapshotId, options);
    return await snapshots.readManifest(snapshotId);
  } catch (error) {
    if (!isForkdError(error) || error.code !== "snapshot_not_found") throw error;
    throw new ForkdError("base_gone", { id, snapshot: snapshotTag });
  }
}

/** Captures a machine into a draft. The machine runs on, whatever fails. */
export async function captureSandbox(
  sandbox: CaptureSource,
  draft: SnapshotDraft,
  {
    base,
    mode,
    onResume,
  }: { base: SnapshotManifest; mode: CaptureMode; onResume?: (pause: CapturePause) => void },
  options: ProgressOptions,
): Promise<Captured> {
  const startedAt = performance.now();
  const report = await sandbox.capture(
    {
      mode,
      memoryPath: draft.memoryPath,
      deviceStatePath: draft.deviceStatePath,
      diskPath: draft.diskPath,
      memoryMib: base.memoryMib,
      ...(onResume && { onResume }),
    },
    options,
  );
  const { engine, memoryMib, vcpus, devices, kernel, agentVersion, image, recipe } = base;
  return {
    report,
    description: {
      engine,
      memoryMib,
      vcpus,
      devices,
      kernel,
      agentVersion,
      image,
      recipe,
      id: draft.id,
      createdAtUnix: Math.floor(Date.now() / 1000),
      memory: { kind: mode === "diff" ? "diff" : "full" },
      parentId: base.id,
      lineage: { sandboxId: sandbox.record.id, mode, pauseMs: report.pauseMs },
      buildMs: Math.round(performance.now() - startedAt),
    },
  };
}
