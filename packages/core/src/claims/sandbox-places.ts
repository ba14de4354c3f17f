import { ForkdError } from "@forkd/contract";

/** How many machines may be there at once, those that are being forked among them. */
export class SandboxPlaces {
  readonly #limit: number;
  readonly #countMachines: () => number;
  #reserved = 0;

  constructor(limit: number, countMachines: () => number) {
    this.#limit = limit;
    this.#countMachines = countMachines;
  }

  /** Sets places aside for a fork that is under way. Throws `sandbox_quota`. */
  reserve(wanted: number): Disposable {
    const running = this.#countMachines() + this.#reserved;
    if (running + wanted > this.#limit) {
      throw new ForkdError("sandbox_quota", { limit: this.#limit, running, wanted });
    }
    this.#reserved += wanted;
    return { [Symbol.dispose]: () => void (this.#reserved -= wanted) };
  }
}
