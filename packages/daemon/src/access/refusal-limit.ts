import { ForkdError } from "@forkd/contract";

const WINDOW_MS = 60_000;
const LIMIT = 20;
/** Whoever has more addresses than this is not held up by counting them. */
const ADDRESS_LIMIT = 10_000;

interface Window {
  readonly endsAt: number;
  count: number;
}

/** Counts, for each address, the requests with a token that was not good. A good one is never held up. */
export class RefusalLimit {
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;

  /** `now` in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Throws `too_many_refusals` from the 21st within a minute on. */
  count(address: string): void {
    const window = this.#windowOf(address);
    window.count += 1;
    if (window.count <= LIMIT) return;
    const retryAfterSecs = Math.ceil((window.endsAt - this.#now()) / 1000);
    throw new ForkdError("too_many_refusals", { address, retryAfterSecs });
  }

  #windowOf(address: string): Window {
    const known = this.#windows.get(address);
    if (known !== undefined && known.endsAt > this.#now()) return known;
    this.#windows.delete(address);
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined && this.#windows.size >= ADDRESS_LIMIT) this.#windows.delete(oldest);
    const window = { endsAt: this.#now() + WINDOW_MS, count: 0 };
    this.#windows.set(address, window);
    return window;
  }
}
