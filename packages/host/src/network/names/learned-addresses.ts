import { ForkdError } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { learnedLines, nameSet } from "./name-rules.ts";
import type { Family } from "./name-rules.ts";

/** What one network may know at once: each takes memory of the host's kernel. */
const MAX_ADDRESSES = 4096;
/** How much longer an address is open than its name is said to have it. */
const SLACK_SECS = 60;
/** How much of that may be left before it is opened anew. */
const LEAST_SLACK_SECS = 30;

/** Loads rules of nftables in the namespace of a network. */
export type LoadRules = (rules: string, options: CallOptions) => Promise<void>;

/** Addresses that names turned out to have, and by which patterns these are allowed. */
export interface Lesson {
  readonly patterns: readonly string[];
  readonly family: Family;
  readonly addresses: readonly string[];
  readonly ttlSecs: number;
}

/** The addresses that are open because names have them. They close by themselves. */
export class LearnedAddresses {
  readonly #load: LoadRules;
  readonly #turn = new Semaphore(1);
  /** When an element of a set ends, in milliseconds of the clock that nobody sets. */
  readonly #ends = new Map<string, number>();

  constructor(load: LoadRules) {
    this.#load = load;
  }

  /** Opens these addresses, and returns when they are open. Throws `network_failed`, `out_of_resources`, `cancelled`. */
  async learn({ patterns, family, addresses, ttlSecs }: Lesson, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("another answer of a name server", options);
    const needed = performance.now() + (ttlSecs + LEAST_SLACK_SECS) * 1000;
    const stale = patterns.flatMap((pattern) => {
      const set = nameSet(pattern, family);
      const missing = addresses.filter((address) => (this.#ends.get(`${set} ${address}`) ?? 0) < needed);
      return missing.length === 0 ? [] : [{ set, missing }];
    });
    if (stale.length === 0) return;
    this.#makeRoom(stale.reduce((count, { missing }) => count + missing.length, 0));
    const seconds = ttlSecs + SLACK_SECS;
    const end = performance.now() + seconds * 1000;
    const lines = stale.flatMap(({ set, missing }) => learnedLines(set, missing, seconds));
    await this.#load(lines.join("\n"), options);
    for (const { set, missing } of stale)
      for (const address of missing) this.#ends.set(`${set} ${address}`, end);
  }

  /** For patterns whose sets were removed. */
  async forget(patterns: readonly string[], options: CallOptions): Promise<void> {
    // One that is being learned is noted when it is opened.
    using _ = await this.#turn.acquire("another answer of a name server", options);
    const sets = new Set(patterns.flatMap((pattern) => [nameSet(pattern, 4), nameSet(pattern, 6)]));
    for (const key of this.#ends.keys()) if (sets.has(key.split(" ")[0] ?? "")) this.#ends.delete(key);
  }

  #makeRoom(count: number): void {
    if (this.#ends.size + count <= MAX_ADDRESSES) return;
    const now = performance.now();
    for (const [key, end] of this.#ends) if (end <= now) this.#ends.delete(key);
    if (this.#ends.size + count <= MAX_ADDRESSES) return;
    throw new ForkdError("out_of_resources", {
      resource: "address of a name",
      why: `a network knows ${MAX_ADDRESSES} at once`,
    });
  }
}
