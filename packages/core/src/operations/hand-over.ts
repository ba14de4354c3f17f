import type { SandboxForkRequest, SandboxId, SandboxInfo } from "@forkd/contract";
import { throwIfAborted } from "../concurrency/abort.ts";
import { endChildren } from "../fork/fork-snapshot.ts";
import type { ForkedChild } from "../fork/fork-snapshot.ts";
import { limitsOf } from "../model/limits.ts";
import { describeSandbox } from "../model/sandbox-view.ts";
import type { JournaledFork } from "../ports/journaled-fork.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ForkableSnapshot } from "../ports/snapshots.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** A fork whose children run, those that were asked for and did not start among them. */
export interface ForkResult {
  readonly journaled: JournaledFork;
  readonly children: readonly ForkedChild[];
  readonly snapshot: ForkableSnapshot;
  readonly request: SandboxForkRequest;
  /** The running machine that was forked, if any. */
  readonly from: SandboxId | null;
  /** When it was asked for, by `performance.now()`. */
  readonly startedAtMs: number;
}

/**
 * Makes children their caller's: from here on the next daemon adopts them instead of undoing them. A caller that has
 * gone meanwhile is told of none, so they are ended. Throws `cancelled`.
 */
export async function handOver(
  { registry, events }: Pick<OperationPorts, "registry" | "events">,
  caller: Caller,
  { journaled, children, snapshot, request, from, startedAtMs }: ForkResult,
  { signal }: CallOptions,
): Promise<SandboxInfo[]> {
  try {
    throwIfAborted(signal, "handing over the children of a fork");
    journaled[Symbol.dispose]();
  } catch (error) {
    await endChildren(children);
    throw error;
  }
  const records = children.flatMap((child) => ("sandbox" in child ? [child.sandbox.record] : []));
  const { tag, manifest } = snapshot;
  const ids = records.map(({ id }) => id);
  const forked = { snapshot_tag: tag, snapshot_id: manifest.id, from, ids };
  events.emit({ type: "sandbox.forked", ...forked, wall_ms: performance.now() - startedAtMs }, caller);
  for (const { id, restoreMs, readyMs } of records) {
    const clocks = { restore_ms: restoreMs, ready_ms: readyMs };
    events.emit({ type: "sandbox.ready", id, snapshot_tag: tag, ...clocks }, caller);
  }
  for (const child of children) if ("sandbox" in child) registry.add(child.sandbox);
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
  return describeSandbox(
    {
      id: plan.id,
      name: plan.name,
      labels: request.labels,
      snapshotTag: tag,
      snapshotId: manifest.id,
      childIndex: plan.identity.childIndex,
      hostname: plan.identity.hostname,
      pid: null,
      createdAtUnix: plan.createdAtUnix,
      onTimeout: request.on_timeout,
      idleTimeoutSecs: request.idle_timeout_secs,
      onIdle: request.on_idle,
      memoryMib: manifest.memoryMib,
      ...limitsOf(request),
      vcpus: manifest.vcpus,
      liveFork: request.live_fork,
      autoResume: request.auto_resume,
      publicPorts: request.public_ports,
    },
    { status: "dead", died: { at_unix: now, why: failure.message, console: [] } },
  );
}
