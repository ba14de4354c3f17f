import type { CallOptions } from "../ports/options.ts";
import { Semaphore } from "./semaphore.ts";

/** Work on one thing goes one after the other; that on different things side by side. */
export class KeyedTurns {
  readonly #turns = new Map<string, { readonly semaphore: Semaphore; users: number }>();

  /** Lets nobody else have the turn of this thing until disposal. Throws `cancelled`. */
  async take(key: string, stage: string, options: CallOptions): Promise<Disposable> {
    const turn = this.#turns.get(key) ?? { semaphore: new Semaphore(1), users: 0 };
    this.#turns.set(key, turn);
    turn.users += 1;
    const leave = (): void => {
      turn.users -= 1;
      if (turn.users === 0) this.#turns.delete(key);
    };
    try {
      const permit = await turn.semaphore.acquire(stage, options);
      return {
        [Symbol.dispose]: () => {
          permit[Symbol.dispose]();
          leave();
        },
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Waits while there is work on this thing. Throws `cancelled`. */
  async settle(key: string, stage: string, options: CallOptions): Promise<void> {
    if (!this.#turns.has(key)) return;
    using _ = await this.take(key, stage, options);
  }
}
