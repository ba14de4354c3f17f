import type { SnapshotId } from "@forkd/contract";

/** The snapshots whose children are being started: no machine is listed yet that runs from them. */
export class ForksUnderWay {
  readonly #holds = new Set<{ readonly id: SnapshotId }>();

  /** Counts a snapshot as used until disposal. */
  hold(id: SnapshotId): Disposable {
    const hold = { id };
    this.#holds.add(hold);
    return { [Symbol.dispose]: () => void this.#holds.delete(hold) };
  }

  /** Each once. */
  list(): SnapshotId[] {
    return [...new Set([...this.#holds].map(({ id }) => id))];
  }
}
