import { ForkdError } from "@forkd/contract";
import { orCancelled } from "@forkd/core";
import type { CallOptions } from "@forkd/core";

/** How long an answer is kept, and of each caller how many and how much, as JSON; what is larger by itself is not kept. */
const LIMITS = { ms: 86_400_000, count: 1000, bytes: 8 * 1024 * 1024 };

/** A request that may be sent again without being done again. */
export interface KeyedRequest {
  /** Whose key it is: others may have the same. */
  readonly caller: string;
  readonly key: string;
  /** What it asks for. */
  readonly fingerprint: string;
}

interface Kept {
  readonly fingerprint: string;
  readonly json: string;
  readonly expiresAtMs: number;
}

/** What one caller was answered, the oldest first. */
class CallerAnswers {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  find(key: string): Kept | undefined {
    this.#forgetOld();
    return this.#kept.get(key);
  }

  keep(key: string, kept: Kept): void {
    if (kept.json.length > LIMITS.bytes) return;
    this.#kept.set(key, kept);
    this.#bytes += kept.json.length;
    this.#forgetOld();
  }

  /** All are kept for the same time, so the oldest are over first. */
  #forgetOld(): void {
    for (const [key, { json, expiresAtMs }] of this.#kept) {
      const isOver = expiresAtMs <= Date.now();
      if (!isOver && this.#kept.size <= LIMITS.count && this.#bytes <= LIMITS.bytes) return;
      this.#kept.delete(key);
      this.#bytes -= json.length;
    }
  }
}

/**
 * What requests with an Idempotency-Key were answered, so that the same request is answered so again. A request that failed
 * has left nothing behind, and is done anew. In memory: a new daemon knows none.
 */
export class KeptAnswers {
  readonly #answers = new Map<string, CallerAnswers>();
  readonly #underWay = new Map<string, { readonly fingerprint: string; readonly ended: Promise<void> }>();

  /**
   * Does the work, unless it was done: then gives what it gave, and where it is just being done, once it is. Throws
   * `idempotency_key_reused`, `cancelled`, and what `work` throws.
   */
  async answer(
    { caller, key, fingerprint }: KeyedRequest,
    { signal }: CallOptions,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const name = JSON.stringify([caller, key]);
    const requireSame = (other: { readonly fingerprint: string }): void => {
      if (other.fingerprint !== fingerprint) throw new ForkdError("idempotency_key_reused", { key });
    };
    for (let other = this.#underWay.get(name); other !== undefined; other = this.#underWay.get(name)) {
      requireSame(other);
      await orCancelled(other.ended, signal, "waiting for the request that had this Idempotency-Key first");
    }
    const kept = this.#answers.get(caller)?.find(key);
    if (kept !== undefined) {
      requireSame(kept);
      return JSON.parse(kept.json) as unknown;
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#underWay.set(name, { fingerprint, ended });
    try {
      const result = await work();
      this.#keep({ caller, key, fingerprint }, JSON.stringify(result));
      return result;
    } finally {
      this.#underWay.delete(name);
      end();
    }
  }

  #keep({ caller, key, fingerprint }: KeyedRequest, json: string): void {
    const answers = this.#answers.get(caller) ?? new CallerAnswers();
    this.#answers.set(caller, answers);
    answers.keep(key, { fingerprint, json, expiresAtMs: Date.now() + LIMITS.ms });
  }
}
