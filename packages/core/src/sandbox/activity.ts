import { Stream } from "node:stream";
import { PROCESS_CLOCK } from "../concurrency/clock.ts";
import type { Clock } from "../concurrency/clock.ts";

/** Whether a machine is used, and since when not. */
export class Activity {
  readonly #clock: Clock;
  #uses = 0;
  #wasUsed = false;
  #lastUsedAt: number;

  constructor(clock = PROCESS_CLOCK) {
    this.#clock = clock;
    this.#lastUsedAt = clock.now();
  }

  /** Whether it ever was, as far as is known here. */
  get wasUsed(): boolean {
    return this.#wasUsed;
  }

  /** For how long it was not used; 0 while it is. */
  get idleMs(): number {
    return this.#uses > 0 ? 0 : this.#clock.now() - this.#lastUsedAt;
  }

  /** It was used then, whoever noticed. */
  noteUse(agoMs: number): void {
    const at = this.#clock.now() - agoMs;
    if (at <= this.#lastUsedAt) return;
    this.#wasUsed = true;
    this.#lastUsedAt = at;
  }

  /** It is used until disposal. */
  use(): Disposable {
    this.#uses += 1;
    this.#wasUsed = true;
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        this.#uses -= 1;
        this.#lastUsedAt = this.#clock.now();
      },
    };
  }

  /** It is used as long as the work goes on, and, where a stream comes of it, until that has closed. */
  async track<Result>(work: () => Promise<Result>): Promise<Result> {
    using undo = new DisposableStack();
    const use = undo.use(this.use());
    const result = await work();
    if (!(result instanceof Stream)) return result;
    undo.move();
    result.once("close", () => use[Symbol.dispose]());
    return result;
  }
}
