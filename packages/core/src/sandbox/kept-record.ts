import { NEVER } from "../concurrency/abort.ts";
import { Semaphore } from "../concurrency/semaphore.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { Durability } from "../ports/machines.ts";

type WriteRecord = (record: SandboxRecord, durability?: Durability) => Promise<void>;

/** The record of a machine, in memory as in its file. It is changed by one at a time, whole or not at all. */
export class KeptRecord {
  readonly #write: WriteRecord;
  readonly #turn = new Semaphore(1);
  #current: SandboxRecord;
  #isWritten = true;

  constructor(record: SandboxRecord, write: WriteRecord) {
    this.#current = record;
    this.#write = write;
  }

  get current(): SandboxRecord {
    return this.#current;
  }

  /** From when this settles it is changed in memory alone: its file is to go. */
  async abandon(): Promise<void> {
    using _ = await this.#takeTurn();
    this.#isWritten = false;
  }

  /** Notes a branch into a snapshot in this directory. Throws as {@link change} does. */
  noteBranch(directory: string): Promise<void> {
    return this.change(({ branchCount }) => ({
      branchCount: branchCount + 1,
      lastBranchDirectory: directory,
    }));
  }

  /** Throws what writing throws, with nothing changed. */
  async change(
    describe: (record: SandboxRecord) => Partial<SandboxRecord>,
    durability?: Durability,
  ): Promise<void> {
    using _ = await this.#takeTurn();
    const record = { ...this.#current, ...describe(this.#current) };
    if (this.#isWritten) await this.#replace(record, durability);
    this.#current = record;
  }

  async #replace(record: SandboxRecord, durability?: Durability): Promise<void> {
    try {
      await this.#write(record, durability);
    } catch (error) {
      // It may be in the file that could not be synced. What fails twice is a disk that is full: then it is not.
      await this.#write(this.#current).catch(() => {});
      throw error;
    }
  }

  #takeTurn(): Promise<Disposable> {
    return this.#turn.acquire("another change of the record", { signal: NEVER });
  }
}
