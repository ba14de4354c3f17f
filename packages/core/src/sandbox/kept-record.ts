import { NEVER } from "../concurrency/abort.ts";
import { Semaphore } from "../concurrency/semaphore.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";

/** The record of a machine, in memory as in its file. It is changed by one at a time, whole or not at all. */
export class KeptRecord {
  readonly #write: (record: SandboxRecord) => Promise<void>;
  readonly #turn = new Semaphore(1);
  #current: SandboxRecord;

  constructor(record: SandboxRecord, write: (record: SandboxRecord) => Promise<void>) {
    this.#current = record;
    this.#write = write;
  }

  get current(): SandboxRecord {
    return this.#current;
  }

  /** Throws what writing throws, with nothing changed. */
  async change(describe: (record: SandboxRecord) => Partial<SandboxRecord>): Promise<void> {
    using _ = await this.#turn.acquire("another change of the record", { signal: NEVER });
    const record = { ...this.#current, ...describe(this.#current) };
    await this.#write(record);
    this.#current = record;
  }
}
