import type { Sandbox } from "./sandbox.ts";

/** The children of one fork, by their index. Disposal ends all of them. */
export type SandboxGroup = readonly Sandbox[] & AsyncDisposable;

/** Gives `sandboxes` a disposal that ends them all; it throws an `AggregateError` of those that were not ended. */
export function groupSandboxes(sandboxes: Sandbox[]): SandboxGroup {
  const dispose = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(sandboxes.map((sandbox) => sandbox.kill()));
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} sandboxes were not ended`);
  };
  return Object.defineProperty(sandboxes, Symbol.asyncDispose, { value: dispose }) as Sandbox[] &
    AsyncDisposable;
}
