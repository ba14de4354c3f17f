import { ForkdError } from "@forkd/contract";
import type { CaptureMode, CapturePause, CaptureReport } from "../ports/engine.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { SnapshotSummary } from "../ports/snapshots.ts";
import type { CaptureSource } from "./capture-source.ts";
import { captureSandbox, openBase } from "./capture-sandbox.ts";
import type { BranchPorts } from "./capture-sandbox.ts";
import { holdSource } from "./hold-source.ts";
import { chooseMode } from "./choose-mode.ts";

export interface BranchOrder {
  readonly tag: string;
  readonly mode: CaptureMode | "auto";
  /** Called once the machine runs again. */
  readonly onResume?: (mode: CaptureMode, pause: CapturePause) => void;
}

export interface Branch {
  readonly snapshot: SnapshotSummary;
  readonly mode: CaptureMode;
  readonly report: CaptureReport;
}

/**
 * Makes a snapshot of a running machine, which runs on. Whatever fails, nothing is left behind and no tag points
 * to it. Throws `base_gone`, `live_unavailable`, `snapshot_exists`, and what its capture throws.
 */
export async function branchSandbox(
  ports: BranchPorts,
  sandbox: CaptureSource,
  { tag, mode: wanted, onResume }: BranchOrder,
  options: ProgressOptions,
): Promise<Branch> {
  await using draft = await ports.snapshots.begin(tag, sandbox.record);
  // The machine may end while it is captured, and nothing else may need what the branch stands on.
  await using _base = await holdSource(ports, sandbox.record.snapshotId, `branch ${tag}`, options);
  const base = await openBase(ports, sandbox, options);
  const mode = await decideMode(sandbox, wanted, options);
  options.onProgress({ step: "capture", message: `capturing ${sandbox.record.id} (${mode})` });
  const { report, description } = await captureSandbox(
    sandbox,
    draft,
    { base, mode, ...(onResume && { onResume: (pause) => onResume(mode, pause) }) },
    options,
  );
  options.onProgress({ step: "store", message: `writing snapshot ${tag}` });
  const snapshot = await draft.commit(description, options);
  return { snapshot, mode, report };
}

async function decideMode(
  sandbox: CaptureSource,
  wanted: BranchOrder["mode"],
  options: ProgressOptions,
): Promise<CaptureMode> {
  if (wanted === "full" || wanted === "diff") return wanted;
  if (wanted === "auto")
    return chooseMode(await sandbox.assessCapture(options), sandbox.record.memoryMib, "diff");
  const why = await sandbox.findLiveBlocker(options);
  if (why === undefined) return "live";
  throw new ForkdError("live_unavailable", { id: sandbox.record.id, why });
}
