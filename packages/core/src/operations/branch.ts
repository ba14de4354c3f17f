import { ForkdError, TENANT_MARK, createSnapshotId } from "@forkd/contract";
import type { BranchInfo, BranchRequest, JobId, SandboxId } from "@forkd/contract";
import { branchSandbox } from "../branch/branch-sandbox.ts";
import type { Branch } from "../branch/branch-sandbox.ts";
import type { CaptureSource } from "../branch/capture-source.ts";
import { NEVER } from "../concurrency/abort.ts";
import { describeBranch, describeResumed } from "../model/branch-view.ts";
import type { CaptureMode, CapturePause } from "../ports/engine.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** A branch of a running machine. */
export interface BranchOrder {
  readonly id: SandboxId;
  readonly request: BranchRequest;
}

/** Making a snapshot of a running machine, which runs on. */
export function createBranchOperations(ports: OperationPorts) {
  return {
    /** Without `wait`, gives what is known once the machine runs again. */
    async branchSandbox(
      caller: Caller,
      { id, request }: BranchOrder,
      options: ProgressOptions,
    ): Promise<BranchInfo> {
      const sandbox = await ports.registry.findAny(id, options);
      refuseOtherParent(sandbox, request);
      const { tenant } = sandbox.record;
      ports.quotas.countBranch(tenant);
      using _quota = await ports.quotas.admit(tenant);
      const plan = { sandbox, request, tag: request.tag ?? inventTag(id, tenant) };
      const resumed = Promise.withResolvers<BranchInfo>();
      // Who waits for it cancels it by leaving.
      const patience = request.wait ? options : { ...options, signal: NEVER };
      const name = { kind: "branchSandbox", subject: plan.tag };
      const { result: stored } = ports.jobs.start(name, caller, patience, (work, jobId) =>
        runBranch(ports, caller, { ...plan, jobId, onResume: resumed.resolve }, work),
      );
      // The early answer needs nothing of what comes later, but what fails before it must be told.
      return request.wait ? stored : Promise.race([resumed.promise, stored]);
    },
  };
}

interface BranchPlan {
  readonly sandbox: CaptureSource;
  readonly request: BranchRequest;
  readonly tag: string;
  readonly jobId: JobId;
  readonly onResume: (info: BranchInfo) => void;
}

async function runBranch(
  ports: OperationPorts,
  caller: Caller,
  { sandbox, request, tag, jobId, onResume }: BranchPlan,
  options: ProgressOptions,
): Promise<BranchInfo> {
  const { claims, events, onError } = ports;
  using _slot = claims.branches.take(sandbox.record.id, tag);
  const source = { record: sandbox.record, jobId };
  const order = {
    tag,
    mode: modeOf(request),
    onResume: (mode: CaptureMode, pause: CapturePause) => {
      const written = claims.tags.listWritten().find((snapshot) => snapshot.tag === tag);
      if (written) onResume(describeResumed(source, written, { mode, pause }));
    },
  };
  const branch = await branchSandbox(ports, sandbox, order, options);
  // The branch is stored: that the record of its source cannot be written is not its failure.
  await sandbox.noteBranch(branch.snapshot.directory).catch((error: unknown) => {
    onError(error, `noting a branch of ${sandbox.record.id}`);
  });
  events.emit(branchedEvent(sandbox, branch), caller);
  return describeBranch(source, branch, claims);
}

function branchedEvent({ record }: CaptureSource, { snapshot, mode, report }: Branch) {
  const { tag, manifest } = snapshot;
  return {
    type: "snapshot.branched" as const,
    tag,
    id: manifest.id,
    sandbox_id: record.id,
    mode,
    pause_ms: report.pauseMs,
  };
}

function modeOf({ mode, diff, live }: BranchRequest): CaptureMode | "auto" {
  if (diff) return "diff";
  if (live) return "live";
  return mode ?? "auto";
}

/** `branch-`, the machine, and 20 random characters' worth of difference, within the 64 of a tag. */
function inventTag(id: SandboxId, tenant: string | null): string {
  const mark = tenant === null ? "" : `${tenant}${TENANT_MARK}`;
  return `${mark}branch-${id.slice(3, 11)}-${createSnapshotId().slice(3)}`;
}

function refuseOtherParent({ record }: CaptureSource, { parent_tag: parentTag }: BranchRequest): void {
  if (parentTag === null || parentTag === record.snapshotTag) return;
  const message = `is ${parentTag}, and sandbox ${record.id} runs from ${record.snapshotTag}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "parent_tag", message }] });
}
