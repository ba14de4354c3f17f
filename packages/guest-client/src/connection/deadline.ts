import { ForkdError } from "@forkd/contract";
import type { GuestTime } from "./guest-time.ts";

/** What ends a request early. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** Names the request in errors, such as `POST /exec`. */
  readonly request: string;
  /** From now on, in ms; 0: never. */
  readonly timeoutMs: number;
  /**
   * When given, time in which nobody waits for the guest (a reader that is slow, an input that has nothing) is not
   * held against it: once `timeoutMs` are over, the guest still has this many ms from the start of each wait.
   */
  readonly stallMs?: number | undefined;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `expire` once with `agent_timeout` or `cancelled`, unless it is disposed first. The one helper for
 * deadlines: unlike `AbortSignal.any` with `AbortSignal.timeout` it leaves no timer behind a request that was
 * answered, of which a busy connection would pile up 100,000.
 */
export class Deadline implements Disposable {
  readonly #bounds: Bounds;
  readonly #time: GuestTime;
  readonly #expire: (error: ForkdError) => void;
  #alarm: Disposable | undefined;
  #waitingSince: number | undefined;

  constructor(bounds: Bounds, time: GuestTime, expire: (error: ForkdError) => void) {
    this.#bounds = bounds;
    this.#time = time;
    this.#expire = expire;
    bounds.signal.addEventListener("abort", this.#onAbort);
    if (bounds.timeoutMs > 0) this.#arm(bounds.timeoutMs);
  }

  /** From now on somebody waits for the guest. */
  wait(): void {
    if (this.#bounds.stallMs !== undefined) this.#waitingSince = this.#time.now();
  }

  /** Nobody waits for the guest any more. */
  rest(): void {
    this.#waitingSince = undefined;
  }

  [Symbol.dispose](): void {
    this.#bounds.signal.removeEventListener("abort", this.#onAbort);
    this.#alarm?.[Symbol.dispose]();
  }

  #arm(ms: number): void {
    this.#alarm = this.#time.setAlarm(Math.min(Math.ceil(ms), MAX_TIMER_MS), this.#onAlarm);
  }

  readonly #onAlarm = (): void => {
    const { request, timeoutMs, stallMs } = this.#bounds;
    if (stallMs !== undefined) {
      const waitedMs = this.#waitingSince === undefined ? 0 : this.#time.now() - this.#waitingSince;
      if (waitedMs < stallMs) return this.#arm(stallMs - waitedMs);
    }
    this.#fire(new ForkdError("agent_timeout", { request, timeoutMs }));
  };

  readonly #onAbort = (): void => this.#fire(cancelledError(this.#bounds));

  #fire(error: ForkdError): void {
    this[Symbol.dispose]();
    this.#expire(error);
  }
}

/** Throws `cancelled` when the signal was aborted already. */
export function throwIfCancelled(bounds: Pick<Bounds, "signal" | "request">): void {
  if (bounds.signal.aborted) throw cancelledError(bounds);
}

function cancelledError({ signal, request }: Pick<Bounds, "signal" | "request">): ForkdError {
  const stage = `waiting for the guest's agent to answer ${request}`;
  return new ForkdError("cancelled", { stage }, { cause: signal.reason });
}
