import type { ProgressOptions } from "../ports/options.ts";
import { orCancelled, throwIfAborted } from "./abort.ts";

type OnProgress = ProgressOptions["onProgress"];
type Work<Value> = (options: ProgressOptions) => Promise<Value>;

interface Flight<Value> {
  readonly result: Promise<Value>;
  readonly abort: AbortController;
  /** One for each caller that still waits. */
  readonly listeners: Set<OnProgress>;
}

/**
 * Does the same work once for all who ask for it at the same time. A caller that aborts leaves the others alone;
 * when the last one leaves, the work is aborted, and that caller waits until it has undone what it had begun.
 */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();

  async run(key: string, options: ProgressOptions & { stage: string }, work: Work<Value>): Promise<Value> {
    for (;;) {
      throwIfAborted(options.signal, options.stage);
      const flight = this.#flights.get(key) ?? this.#start(key, work);
      if (!flight.abort.signal.aborted) return this.#join(flight, options);
      // Everybody had left: wait until it has unwound, then begin afresh.
      await orCancelled(Promise.allSettled([flight.result]), options.signal, options.stage);
    }
  }

  #start(key: string, work: Work<Value>): Flight<Value> {
    const abort = new AbortController();
    const listeners = new Set<OnProgress>();
    const onProgress: OnProgress = (progress) => listeners.forEach((listener) => listener(progress));
    const result = work({ signal: abort.signal, onProgress }).finally(() => this.#flights.delete(key));
    const flight = { result, abort, listeners };
    this.#flights.set(key, flight);
    return flight;
  }

  async #join(flight: Flight<Value>, options: ProgressOptions & { stage: string }): Promise<Value> {
    // A function of its own for each caller, so that two may pass the same one.
    const listener: OnProgress = (progress) => options.onProgress(progress);
    flight.listeners.add(listener);
    try {
      return await orCancelled(flight.result, options.signal, options.stage);
    } finally {
      flight.listeners.delete(listener);
      if (options.signal.aborted && flight.listeners.size === 0) {
        flight.abort.abort(options.signal.reason);
        await Promise.allSettled([flight.result]);
      }
    }
  }
}
