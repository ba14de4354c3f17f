import type { SuspendedState } from "../model/sandbox-record.ts";
import type { KeptRecord } from "./kept-record.ts";

/** How a machine comes to live on without its process, or does not: its record and the end of the process may race. */
export class Departure {
  #writing: Promise<boolean> | undefined;
  #isDone = false;
  #isTooLate = false;

  /** Whether it lives on without its process. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether its process ended before: then it is dead, and nothing of it may be said to live on. */
  get isTooLate(): boolean {
    return this.#isTooLate;
  }

  /** From when its record says so, it is suspended, whatever becomes of its process. Throws `disk_full`. */
  async depart(record: KeptRecord, suspended: SuspendedState): Promise<void> {
    this.#writing = record.change(() => ({ suspended, paused: false })).then(() => true);
    try {
      this.#isDone = await this.#writing;
    } catch (error) {
      this.#writing = undefined;
      throw error;
    }
  }

  /** Its process has ended: gives whether it lives on, which is settled by this call. */
  async conclude(): Promise<boolean> {
    this.#isTooLate = true;
    return (await this.#writing?.catch(() => false)) ?? false;
  }
}
