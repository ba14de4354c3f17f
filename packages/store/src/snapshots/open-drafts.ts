import type { SnapshotId } from "@forkd/contract";

/** A draft that somebody is at work on. */
export interface OpenDraft extends Disposable {
  /** The snapshot that it stands on while it is lent, and that must stay. */
  lentOn: SnapshotId | null;
}

/** The directories among the drafts that are not rubbish. */
export class OpenDrafts {
  readonly #drafts = new Map<string, OpenDraft>();

  /** Registers a directory among the drafts until disposal. */
  add(name: string): OpenDraft {
    const draft: OpenDraft = { lentOn: null, [Symbol.dispose]: () => void this.#drafts.delete(name) };
    this.#drafts.set(name, draft);
    return draft;
  }

  has(name: string): boolean {
    return this.#drafts.has(name);
  }

  /** The drafts that are lent on this snapshot. */
  listThoseOn(id: SnapshotId): string[] {
    return [...this.#drafts].flatMap(([name, { lentOn }]) => (lentOn === id ? [name] : []));
  }
}
