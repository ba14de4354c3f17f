import { ForkdError } from "@forkd/contract";
import type { ChildPlan } from "./child-identity.ts";

interface FailedChild {
  readonly plan: ChildPlan;
  readonly failure: ForkdError;
}

/**
 * The error for a fork that was undone. Children that were only called off because of another one are left out.
 * Why a single child failed, and what a caller can mend, is told as it is.
 */
export function describeFailures(tag: string, wanted: number, failed: readonly FailedChild[]): ForkdError {
  const causes = failed.filter(({ failure }) => failure.code !== "cancelled");
  const first = causes[0]?.failure ?? failed[0]?.failure;
  if (!first) throw new RangeError("a fork without a failure has nothing to describe");
  if (wanted === 1 || first.status !== 500) return first;
  const failures = causes.map(({ plan, failure }) => ({
    child_index: plan.identity.childIndex,
    code: failure.code,
    error: failure.message,
  }));
  return new ForkdError("fork_failed", { tag, wanted, failures }, { cause: first });
}
