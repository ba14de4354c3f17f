import { ForkdError } from "@forkd/contract";
import type { SandboxForkRequest, SandboxInfo } from "@forkd/contract";
import { endChildren, throwIfAborted } from "@forkd/core";
import type { CallOptions, ForkOrder, ForkableSnapshot, ForkedChild, SandboxRegistry } from "@forkd/core";

/**
 * Makes children their caller's: from here on the next daemon adopts them instead of undoing them. A caller that has
 * gone meanwhile is told of none, so they are ended. Throws `cancelled`.
 */
export async function handOver(
  registry: SandboxRegistry,
  { order, children }: { order: ForkOrder; children: readonly ForkedChild[] },
  { signal }: CallOptions,
): Promise<void> {
  try {
    throwIfAborted(signal, "handing over the children of a fork");
    order[Symbol.dispose]();
  } catch (error) {
    await endChildren(children);
    throw error;
  }
  for (const child of children) if ("sandbox" in child) registry.add(child.sandbox);
}

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
    unmanaged_why: null,
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
