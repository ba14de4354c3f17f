import type { SnapshotId } from "@forkd/contract";

/** A draft that somebody is at work on. */
export interface OpenDraft extends Disposable {
  /** The snapshot that it stands on while it is staged, and that must stay. */
  stagedOn: SnapshotId | null;
}

/** The directories among the drafts that are not rubbish. */
export class OpenDrafts {
  readonly #drafts = new Map<string, OpenDraft>();

  /** Registers a directory among the drafts until disposal. */
  add(name: string): OpenDraft {
    const draft: OpenDraft = { stagedOn: null, [Symbol.dispose]: () => void this.#drafts.delete(name) };
    this.#drafts.set(name, draft);
    return draft;
  }

  has(name: string): boolean {
    return this.#drafts.has(name);
  }

  /** The staged drafts that stand on this snapshot. */
  listThoseOn(id: SnapshotId): string[] {
    return [...this.#drafts].flatMap(([name, { stagedOn }]) => (stagedOn === id ? [name] : []));
  }
}
