import { toForkdError } from "@forkd/contract";
import type { ForkdError, SandboxForkRequest } from "@forkd/contract";
import { throwIfAborted } from "../concurrency/abort.ts";
import type { Semaphore } from "../concurrency/semaphore.ts";
import type { JournaledFork } from "../ports/journaled-fork.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { describeFailures } from "./failures.ts";
import { planChildren } from "./child-identity.ts";
import type { ChildPlan } from "./child-identity.ts";
import { startChild } from "./start-child.ts";
import type { ChildSource, ForkPorts } from "./start-child.ts";

/** What became of each child that was asked for. */
export type ForkedChild =
  { readonly sandbox: Sandbox } | { readonly plan: ChildPlan; readonly failure: ForkdError };

export interface ForkSnapshotPorts extends ForkPorts {
  readonly slots: Semaphore;
  readonly journaled: JournaledFork;
}

/**
 * Starts `request.n` children side by side, as many at a time as `slots` allows. When one fails, the rest is
 * ended too and the error names those that failed, unless the request says `keep`: then failures stand in the
 * list, and only a fork without a single living child throws. A caller that goes away is told of no child, so all
 * are ended then.
 */
export async function forkSnapshot(
  ports: ForkSnapshotPorts,
  source: ChildSource & { readonly request: SandboxForkRequest },
  options: ProgressOptions,
): Promise<ForkedChild[]> {
  const { request, snapshot } = source;
  const { traceChild = (_plan, begin): Promise<Sandbox> => begin() } = ports;
  const undo = request.on_failure === "undo";
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  let done = 0;
  const start = async (plan: ChildPlan): Promise<ForkedChild> => {
    try {
      const sandbox = await traceChild(plan, async () => {
        using _slot = await ports.slots.acquire("a free slot to fork in", { signal });
        return await startChild(ports, source, plan, { signal });
      });
      done += 1;
      options.onProgress({
        step: "fork",
        message: `${done} of ${request.n} children ready`,
        done,
        total: request.n,
      });
      return { sandbox };
    } catch (error) {
      if (undo) failing.abort();
      return { plan, failure: toForkdError(error) };
    }
  };
  const plans = planChildren(request, snapshot.manifest.recipe.env);
  await ports.journaled.note(plans.map(({ id }) => id));
  const children = await Promise.all(plans.map(start));
  const failures = children.filter((child) => "failure" in child);
  if (failures.length < request.n) ports.zygotes.prepare(source);
  const isKept = failures.length === 0 || (!undo && failures.length < request.n);
  if (isKept && !options.signal.aborted) return children;
  await endChildren(children);
  throwIfAborted(options.signal, `forking ${snapshot.tag}`);
  throw describeFailures(snapshot.tag, request.n, failures);
}

/** Ends those of a fork that started. */
export async function endChildren(children: readonly ForkedChild[]): Promise<void> {
  const started = children.filter((child) => "sandbox" in child);
  await Promise.all(started.map(({ sandbox }) => sandbox[Symbol.asyncDispose]()));
}
