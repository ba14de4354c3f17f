import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";

/** Lets at most `permits` holders in at once, in the order in which they came. */
export class Semaphore {
  readonly permits: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.permits = permits;
    this.#free = permits;
  }

  /** Waits for a permit. Disposing of what it gives returns the permit. */
  async acquire(stage: string, { signal }: CallOptions): Promise<Disposable> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(stage, signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#release();
        held = false;
      },
    };
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }

  async #wait(stage: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(new ForkdError("cancelled", { stage: `waiting for ${stage}` }));
    };
    this.#waiting.push(resolve);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}
