import type { ImageId, SandboxId, SnapshotId } from "@forkd/contract";
import { orCancelled } from "../concurrency/abort.ts";
import type { CallOptions } from "../ports/options.ts";

/** What work may need to stay where it is. */
export type Holdable = SnapshotId | ImageId;

/** A machine that is not dead: what it is made of, and its name. */
export interface SnapshotUser {
  readonly id: SandboxId;
  /** Undefined where its record is damaged. */
  readonly snapshotId: SnapshotId | undefined;
  readonly name?: string | null | undefined;
  readonly tenant?: string | null | undefined;
  /** Whether it has no process now. */
  readonly isSuspended?: boolean;
}

/** Who needs something. */
export interface Users {
  /** Machines that run from it. */
  readonly sandboxes: readonly SandboxId[];
  /** Work that is under way, as its user would call it. */
  readonly work: readonly string[];
}

interface Hold {
  readonly id: Holdable;
  readonly work: string;
}

interface Removal {
  readonly ids: ReadonlySet<Holdable>;
  readonly ended: Promise<void>;
}

/**
 * Who needs which snapshots and images. Work holds what it needs before it opens it, and until its result is stored or
 * undone. Who removes something asks {@link users}, and in the same turn calls {@link close}: so nothing is removed
 * that is held, and nothing held that is being removed.
 */
export class Holds {
  readonly #listMachines: () => Iterable<SnapshotUser>;
  readonly #holds = new Set<Hold>();
  readonly #removals = new Set<Removal>();

  /** `listMachines` gives those that run, or may run again. */
  constructor(listMachines: () => Iterable<SnapshotUser> = () => []) {
    this.#listMachines = listMachines;
  }

  /**
   * Holds something until disposal, once a removal of it that is under way has ended: then it may be gone, and whoever
   * holds it looks again. Throws `cancelled`.
   */
  async take(id: Holdable, work: string, { signal }: CallOptions): Promise<Disposable> {
    for (;;) {
      const removal = this.#removals.values().find(({ ids }) => ids.has(id));
      if (removal === undefined) break;
      await orCancelled(removal.ended, signal, `waiting for the removal of ${id}`);
    }
    const hold = { id, work };
    this.#holds.add(hold);
    return { [Symbol.dispose]: () => void this.#holds.delete(hold) };
  }

  /** All that is needed now, with those who need it: anything, while it is not known what a suspended machine is of. */
  users(): ReadonlyMap<Holdable, Users> {
    const found = new Map<Holdable, { sandboxes: SandboxId[]; work: string[] }>();
    const usersOf = (id: Holdable): { sandboxes: SandboxId[]; work: string[] } => {
      const users = found.get(id) ?? { sandboxes: [], work: [] };
      found.set(id, users);
      return users;
    };
    const unplaced: SandboxId[] = [];
    for (const { id, snapshotId, isSuspended } of this.#listMachines())
      if (snapshotId !== undefined) usersOf(snapshotId).sandboxes.push(id);
      else if (isSuspended) unplaced.push(id);
    for (const { id, work } of this.#holds) {
      const users = usersOf(id);
      if (!users.work.includes(work)) users.work.push(work);
    }
    return unplaced.length > 0 ? new UsersOfAnything(found, unplaced) : found;
  }

  /** Whether the memory of a snapshot is needed: by a machine that has a process, or by work. */
  needsMemory(id: SnapshotId): boolean {
    return (
      Array.from(this.#listMachines()).some((user) => user.snapshotId === id && !user.isSuspended) ||
      Array.from(this.#holds).some((hold) => hold.id === id)
    );
  }

  /** Lets nobody hold these until disposal: whoever wants to waits. For those alone that have no users. */
  close(ids: Iterable<Holdable>): Disposable {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const removal = { ids: new Set(ids), ended };
    this.#removals.add(removal);
    return {
      [Symbol.dispose]: () => {
        this.#removals.delete(removal);
        resolve();
      },
    };
  }
}

/** Users of known things, and machines that may need any other too. */
class UsersOfAnything extends Map<Holdable, Users> {
  readonly #machines: readonly SandboxId[];

  constructor(known: ReadonlyMap<Holdable, Users>, machines: readonly SandboxId[]) {
    super(known);
    this.#machines = machines;
  }

  override has(_id: Holdable): boolean {
    return true;
  }

  override get(id: Holdable): Users {
    const { sandboxes, work } = super.get(id) ?? { sandboxes: [], work: [] };
    return { sandboxes: [...sandboxes, ...this.#machines], work };
  }
}
