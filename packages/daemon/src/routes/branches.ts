import { ForkdError, createSnapshotId } from "@forkd/contract";
import type { BranchInfo, BranchRequest, JobId, SandboxId } from "@forkd/contract";
import { PAGE_SIZE, branchSandbox, checkMemoryLimit, forkSandbox } from "@forkd/core";
import type { Branch, CaptureMode, CapturePause, Sandbox } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import { describeChildren, handOver, refuseUnsupported } from "../machines/forked-children.ts";
import type { Services } from "../services.ts";
import { describeEntry, listWriting } from "../snapshots/describe.ts";

const NEVER = new AbortController().signal;

/** Branching a running machine into a snapshot, or straight into children. */
export function createBranchHandlers(services: Services): Handlers<"branchSandbox" | "forkSandbox"> {
  const { registry, claims, forkOrders, log } = services;
  return {
    branchSandbox: async ({ params: { id }, body, signal }) => {
      const sandbox = await registry.find(id, { signal });
      const tag = body.tag ?? inventTag(id);
      refuseOtherParent(sandbox, body);
      const resumed = Promise.withResolvers<BranchInfo>();
      const job = startBranch(services, sandbox, { tag, body, signal }, (info) => resumed.resolve(info));
      const stored = job.result.then((branch) => describeBranch(services, sandbox, job.id, branch));
      // The early answer needs nothing of what comes later, but what fails before it must be told.
      return body.wait ? stored : Promise.race([resumed.promise, stored]);
    },
    forkSandbox: async (call) => {
      const { body, params } = call;
      refuseUnsupported(body);
      const sandbox = await registry.find(params.id, call);
      if (body.memory_limit_mib !== null) {
        checkMemoryLimit(body.memory_limit_mib, sandbox.record.memoryMib);
      }
      using _places = claims.places.reserve(body.n);
      using _slot = claims.branches.take(params.id, `${body.n} children`);
      using order = forkOrders.open();
      const fork = await forkSandbox({ ...services, order }, sandbox, body, call);
      await using _hold = fork.hold;
      const { snapshot, children } = fork;
      await handOver(registry, { order, children }, call);
      log.info({ id: params.id, n: body.n }, "sandbox.forked");
      return describeChildren(children, snapshot, body);
    },
  };
}

interface BranchCall {
  readonly tag: string;
  readonly body: BranchRequest;
  readonly signal: AbortSignal;
}

/** The caller of a branch without `wait` may leave; that of one with it cancels it by leaving. */
function startBranch(
  services: Services,
  sandbox: Sandbox,
  { tag, body, signal }: BranchCall,
  onResume: (info: BranchInfo) => void,
): { id: JobId; result: Promise<Branch> } {
  const { claims, jobs, log } = services;
  const { id } = sandbox.record;
  return jobs.start(
    { kind: "branchSandbox", subject: tag },
    body.wait ? signal : NEVER,
    async (options, jobId) => {
      using _slot = claims.branches.take(id, tag);
      const order = {
        tag,
        mode: modeOf(body),
        onResume: (mode: CaptureMode, pause: CapturePause) =>
          onResume(describeResumed(services, sandbox, { jobId, tag, mode, pause })),
      };
      const branch = await branchSandbox(services, sandbox, order, options);
      // The branch is stored: that the record of its source cannot be written is not its failure.
      await sandbox.noteBranch(branch.snapshot.directory).catch((err: unknown) => {
        log.warn({ err, id }, "sandbox.record_failed");
      });
      log.info({ id, tag, mode: branch.mode, ...branch.report }, "sandbox.branched");
      return branch;
    },
  );
}

function modeOf({ mode, diff, live }: BranchRequest): CaptureMode | "auto" {
  if (diff) return "diff";
  if (live) return "live";
  return mode ?? "auto";
}

/** `branch-`, the machine, and 20 random characters' worth of difference, within the 64 of a tag. */
function inventTag(id: SandboxId): string {
  return `branch-${id.slice(3, 11)}-${createSnapshotId().slice(3)}`;
}

function refuseOtherParent({ record }: Sandbox, { parent_tag: parentTag }: BranchRequest): void {
  if (parentTag === null || parentTag === record.snapshotTag) return;
  const message = `is ${parentTag}, and sandbox ${record.id} runs from ${record.snapshotTag}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "parent_tag", message }] });
}

function describeBranch(
  services: Services,
  { record }: Sandbox,
  jobId: JobId,
  { snapshot, mode, report }: Branch,
): BranchInfo {
  const logicalBytes = report.dirtyPages * PAGE_SIZE;
  return {
    ...describeEntry({ status: "ready", snapshot }, services),
    job_id: jobId,
    mode,
    branched_from: record.id,
    pause_ms: report.pauseMs,
    longest_stall_ms: report.longestStallMs,
    dirty_pages: report.dirtyPages,
    bytes_captured: report.memoryBytes + report.diskBytes,
    phases: [...report.phases],
    diff_ms: mode === "diff" ? report.pauseMs : null,
    diff_physical_bytes: mode === "diff" ? report.memoryBytes : null,
    diff_logical_bytes: mode === "diff" ? logicalBytes : null,
  };
}

/** A branch whose source runs again while it is still written. */
function describeResumed(
  services: Services,
  { record }: Sandbox,
  { jobId, tag, mode, pause }: { jobId: JobId; tag: string; mode: CaptureMode; pause: CapturePause },
): BranchInfo {
  const writing = listWriting(services).find((info) => info.tag === tag);
  if (!writing) throw new ForkdError("internal", { reason: `${tag} is not being written` });
  return {
    ...writing,
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
