import type { ImageId, SnapshotId } from "@forkd/contract";

/** What a draft stands on that is lent, or stored and not disposed of yet. The parent must stay while it is lent. */
export interface LentOn {
  readonly parentId: SnapshotId | null;
  readonly imageId: ImageId;
}

/** A draft that somebody is at work on. */
export interface OpenDraft extends Disposable {
  lentOn: LentOn | undefined;
}

/** The directories among the drafts that are not rubbish. */
export class OpenDrafts {
  readonly #drafts = new Map<string, OpenDraft>();

  /** Registers a directory among the drafts until disposal. */
  add(name: string): OpenDraft {
    const draft: OpenDraft = { lentOn: undefined, [Symbol.dispose]: () => void this.#drafts.delete(name) };
    this.#drafts.set(name, draft);
    return draft;
  }

  has(name: string): boolean {
    return this.#drafts.has(name);
  }

  /** The drafts that are lent on this snapshot. */
  listThoseOn(id: SnapshotId): string[] {
    return [...this.#drafts].flatMap(([name, { lentOn }]) => (lentOn?.parentId === id ? [name] : []));
  }

  /** The images that drafts stand on; undefined while that of one is not known yet. */
  listImages(): ImageId[] | undefined {
    const images = this.#drafts.values().map(({ lentOn }) => lentOn?.imageId);
    const known = [...images].filter((id) => id !== undefined);
    return known.length === this.#drafts.size ? known : undefined;
  }
}
