import { ForkdError } from "@forkd/contract";
import type { SandboxForkRequest, SandboxInfo } from "@forkd/contract";
import type { ForkedChild, ForkableSnapshot } from "@forkd/core";

/** Every child of a fork as the API shows it, those that failed too. */
export function describeChildren(
  children: readonly ForkedChild[],
  snapshot: ForkableSnapshot,
  request: SandboxForkRequest,
): SandboxInfo[] {
  return children.map((child) =>
    "sandbox" in child ? child.sandbox.describe() : describeFailed(child, snapshot, request),
  );
}

/** A child that never lived, for the list of a fork that keeps the others. */
function describeFailed(
  { plan, failure }: Extract<ForkedChild, { failure: unknown }>,
  { tag, manifest }: ForkableSnapshot,
  request: SandboxForkRequest,
): SandboxInfo {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: plan.id,
    snapshot_tag: tag,
    snapshot_id: manifest.id,
    status: "dead",
    child_index: plan.identity.childIndex,
    hostname: plan.identity.hostname,
    pid: null,
    netns: null,
    guest_addr: null,
    created_at_unix: now,
    expires_at_unix: null,
    memory_mib: manifest.memoryMib,
    memory_limit_mib: request.memory_limit_mib,
    vcpus: manifest.vcpus,
    restore_ms: 0,
    ready_ms: 0,
    live_fork: request.live_fork,
    has_branched: false,
    branch_count: 0,
    last_branch_memory_path: null,
    died: { at_unix: now, why: failure.message, console: [] },
  };
}

/** Throws `unsupported_option` for what this version cannot do. */
export function refuseUnsupported({ per_child_netns }: SandboxForkRequest): void {
  if (!per_child_netns) return;
  throw new ForkdError("unsupported_option", {
    option: "per_child_netns",
    why: "guests have no network in this version",
    instead: "leave it away; reach a guest through exec, eval and files",
  });
}
