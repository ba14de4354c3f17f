import type { SnapshotId } from "@forkd/contract";
import type { Claims } from "../claims/claims.ts";
import { NEVER, orCancelled } from "../concurrency/abort.ts";
import type { CallOptions, ProgressOptions } from "../ports/options.ts";
import type { SnapshotDescription, SnapshotDraft } from "../ports/snapshots.ts";

/** A snapshot that is forked from without being stored. */
export interface StagedSnapshot {
  readonly description: SnapshotDescription;
  /** Bytes of memory and disk that were captured. */
  readonly bytes: number;
}

const PATIENT: ProgressOptions = { signal: NEVER, onProgress: () => {} };

interface Entry extends StagedSnapshot {
  readonly draft: SnapshotDraft;
  commit: Promise<void> | undefined;
}

/**
 * Snapshots that were forked from before they were stored, which most never are. Each is dropped when nobody needs it
 * any more, and stored when another snapshot is to stand on it.
 */
export class StagedSnapshots {
  readonly #entries = new Map<SnapshotId, Entry>();
  readonly #claims: Claims;
  readonly #onError: (error: unknown) => void;

  constructor(claims: Claims, onError: (error: unknown) => void) {
    this.#claims = claims;
    this.#onError = onError;
  }

  /** Takes over a draft that somebody holds. */
  add(draft: SnapshotDraft, staged: StagedSnapshot): void {
    this.#entries.set(draft.id, { ...staged, draft, commit: undefined });
  }

  list(): StagedSnapshot[] {
    return [...this.#entries.values()];
  }

  /** Drops a snapshot that is staged, if nobody needs it; does nothing for any other. Never rejects. */
  async release(id: SnapshotId): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry || this.#claims.holds.users().has(id)) return;
    await entry.commit?.catch(() => {});
    await this.#drop(entry).catch(this.#onError);
  }

  /** Stores a snapshot that is staged; does nothing for any other. Who leaves ends it for nobody else. */
  async store(id: SnapshotId, { signal }: CallOptions): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.commit ??= this.#commit(entry);
    await orCancelled(entry.commit, signal, "storing the snapshot that its machine runs from");
  }

  /** Stores all of them, so that their machines can still be branched by the next daemon. */
  async storeAll(): Promise<void> {
    await Promise.all(Array.from(this.#entries.keys(), (id) => this.store(id, PATIENT).catch(this.#onError)));
  }

  async #commit(entry: Entry): Promise<void> {
    try {
      await entry.draft.commit(entry.description, PATIENT);
      await this.#drop(entry);
    } catch (error) {
      entry.commit = undefined;
      throw error;
    }
  }

  async #drop({ draft }: Entry): Promise<void> {
    this.#entries.delete(draft.id);
    await draft[Symbol.asyncDispose]();
  }
}
