import { NEVER } from "@forkd/core";
import type { CallOptions } from "@forkd/core";

/** How long nobody takes one before others are made: a fork shall have the processors to itself. */
const REFILL_DELAY_MS = 100;

export interface NetworkPoolOptions<Item> {
  readonly create: (options: CallOptions) => Promise<Item>;
  readonly remove: (item: Item) => Promise<void>;
  /** How many are kept ready, once the first was taken. */
  readonly size: number;
  readonly onError: (error: unknown) => void;
}

/** Networks that wait for a machine, made before they are asked for. Disposal removes them. */
export class NetworkPool<Item> implements AsyncDisposable {
  readonly #options: NetworkPoolOptions<Item>;
  readonly #ready: Item[] = [];
  #size: number;
  #timer: NodeJS.Timeout | undefined;
  #filling: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: NetworkPoolOptions<Item>) {
    this.#options = options;
    this.#size = options.size;
  }

  list(): readonly Item[] {
    return this.#ready;
  }

  /** One that is ready, or else a new one. Throws as making one does. */
  async take(options: CallOptions): Promise<Item> {
    const ready = this.#ready.shift();
    this.#refillLater();
    return ready ?? (await this.#options.create(options));
  }

  /** Keeps this many from now on, and waits until they are there. Throws as making one does. */
  async resize(size: number): Promise<void> {
    this.#size = size;
    await this.#filling;
    await Promise.all(this.#ready.splice(size).map(this.#options.remove));
    await this.#fillOnce();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#filling?.catch(() => {});
    await Promise.all(this.#ready.splice(0).map(this.#options.remove));
  }

  #refillLater(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const refill = (): void => void this.#fillOnce().catch(this.#options.onError);
    this.#timer = setTimeout(refill, REFILL_DELAY_MS).unref();
  }

  /** By one at a time; whoever else wants it waits for the same. */
  #fillOnce(): Promise<void> {
    clearTimeout(this.#timer);
    this.#filling ??= this.#fill().finally(() => (this.#filling = undefined));
    return this.#filling;
  }

  async #fill(): Promise<void> {
    while (!this.#isClosed && this.#ready.length < this.#size) {
      const missing = Math.min(this.#size - this.#ready.length, 4);
      const made = await Promise.allSettled(
        Array.from({ length: missing }, () => this.#options.create({ signal: NEVER })),
      );
      for (const result of made) if (result.status === "fulfilled") this.#ready.push(result.value);
      for (const result of made) if (result.status === "rejected") throw result.reason;
    }
  }
}
