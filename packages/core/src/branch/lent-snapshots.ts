import type { SandboxId, SnapshotId } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";
import type { SnapshotDescription, SnapshotDraft } from "../ports/snapshots.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** A snapshot that is forked from without being stored. */
export interface LentSnapshot {
  readonly description: SnapshotDescription;
  /** Bytes of memory and disk that were captured. */
  readonly bytes: number;
}

interface Loan extends LentSnapshot {
  readonly draft: SnapshotDraft;
  readonly borrowers: Set<SandboxId>;
  stored: Promise<void> | undefined;
}

/**
 * Snapshots that were forked from before they were stored, which most never are. Each is dropped when the last
 * machine that runs from it is gone, and stored when another snapshot is to stand on it.
 */
export class LentSnapshots {
  readonly #loans = new Map<SnapshotId, Loan>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Takes over a draft for as long as one of `borrowers` lives. */
  add(draft: SnapshotDraft, lent: LentSnapshot, borrowers: readonly Sandbox[]): void {
    const ids = new Set(borrowers.map(({ record }) => record.id));
    const loan: Loan = { ...lent, draft, borrowers: ids, stored: undefined };
    this.#loans.set(draft.id, loan);
    for (const { record, gone } of borrowers) {
      void gone.then(() => this.#giveBack(loan, record.id)).catch(this.#onError);
    }
  }

  list(): LentSnapshot[] {
    return [...this.#loans.values()];
  }

  /** Stores a snapshot that is lent; does nothing for any other. */
  async store(id: SnapshotId, options: ProgressOptions): Promise<void> {
    const loan = this.#loans.get(id);
    if (!loan) return;
    loan.stored ??= this.#commit(loan, options);
    await loan.stored;
  }

  /** Stores all of them, so that their machines can still be branched by the next daemon. */
  async storeAll(options: ProgressOptions): Promise<void> {
    await Promise.all(Array.from(this.#loans.keys(), (id) => this.store(id, options).catch(this.#onError)));
  }

  async #commit(loan: Loan, options: ProgressOptions): Promise<void> {
    try {
      await loan.draft.commit(loan.description, options);
      await this.#drop(loan);
    } catch (error) {
      loan.stored = undefined;
      throw error;
    }
  }

  async #giveBack(loan: Loan, id: SandboxId): Promise<void> {
    loan.borrowers.delete(id);
    if (loan.borrowers.size > 0) return;
    await loan.stored?.catch(() => {});
    await this.#drop(loan);
  }

  async #drop({ draft }: Loan): Promise<void> {
    this.#loans.delete(draft.id);
    await draft[Symbol.asyncDispose]();
  }
}
