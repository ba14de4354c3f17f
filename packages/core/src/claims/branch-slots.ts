import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";

/** Bounds how many branches are under way, and lets each machine be captured by one at a time. */
export class BranchSlots {
  readonly limit: number;
  readonly #tagBySandbox = new Map<SandboxId, string>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many are under way. */
  get size(): number {
    return this.#tagBySandbox.size;
  }

  /** Throws `branch_in_progress`, `branch_busy`. */
  take(id: SandboxId, tag: string): Disposable {
    const other = this.#tagBySandbox.get(id);
    if (other !== undefined) throw new ForkdError("branch_in_progress", { id, tag: other });
    if (this.#tagBySandbox.size >= this.limit) throw new ForkdError("branch_busy", { limit: this.limit });
    this.#tagBySandbox.set(id, tag);
    return { [Symbol.dispose]: () => void this.#tagBySandbox.delete(id) };
  }
}
