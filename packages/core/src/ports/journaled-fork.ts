import type { SandboxId } from "@forkd/contract";

/**
 * The children of one fork for as long as their caller was not told of them. Those of a fork that was never answered
 * are undone by the next daemon. Disposal forgets them: they are their caller's, or undone.
 */
export interface JournaledFork extends Disposable {
  /** Notes the children, before the first of them is ready. */
  note(ids: readonly SandboxId[]): Promise<void>;
}
