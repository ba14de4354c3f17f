import { reasonOf } from "@forkd/contract";
import type { ForkdEvent } from "@forkd/contract";
import { sleep, withTimeout } from "@forkd/core";
import { RefusedEventError } from "./refused-event.ts";

/** How many events wait for one webhook. */
const WAITING_MAX = 8192;
/** Between tries: about ten minutes in all. */
const PAUSES_MS = [1000, 5000, 30_000, 120_000, 480_000];
const ANSWER_MS = 10_000;

export interface SenderOptions {
  /** Kinds, whole or by their first words; none: all but the progress of jobs. */
  readonly events: readonly string[];
  readonly post: (event: ForkdEvent, signal: AbortSignal) => Promise<void>;
  readonly pausesMs?: readonly number[];
  readonly answerMs?: number;
  readonly waitingMax?: number;
}

/** Sends events to one URL, one behind the other, each until it is taken or has been tried often enough. */
export class Sender implements Disposable {
  readonly #options: SenderOptions;
  readonly #waiting: ForkdEvent[] = [];
  readonly #end = new AbortController();
  #isBusy = false;
  #delivered = 0;
  #failed = 0;
  #dropped = 0;
  #lastError: string | null = null;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  describe() {
    const counts = { delivered: this.#delivered, failed: this.#failed, dropped: this.#dropped };
    return { waiting: this.#waiting.length, ...counts, last_error: this.#lastError };
  }

  /** What it does not want is left; what there is no room for is counted. */
  offer(event: ForkdEvent): void {
    if (this.#end.signal.aborted || !isWanted(event, this.#options.events)) return;
    if (this.#waiting.length >= (this.#options.waitingMax ?? WAITING_MAX)) this.#dropped += 1;
    else this.#waiting.push(event);
    if (!this.#isBusy) void this.#sendAll();
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    this.#waiting.length = 0;
  }

  async #sendAll(): Promise<void> {
    this.#isBusy = true;
    for (let event = this.#waiting[0]; event !== undefined; event = this.#waiting[0]) {
      const isTaken = await this.#send(event);
      if (this.#end.signal.aborted) return;
      if (isTaken) this.#delivered += 1;
      else this.#failed += 1;
      this.#waiting.shift();
    }
    this.#isBusy = false;
  }

  async #send(event: ForkdEvent): Promise<boolean> {
    const { pausesMs = PAUSES_MS } = this.#options;
    for (const pauseMs of [...pausesMs, undefined]) {
      const end = await this.#try(event);
      if (end !== "failed") return end === "taken";
      if (pauseMs === undefined || this.#end.signal.aborted) return false;
      await sleep(pauseMs, "waiting to send an event again", this.#end.signal).catch(() => {});
    }
    return false;
  }

  async #try(event: ForkdEvent): Promise<"taken" | "refused" | "failed"> {
    const { post, answerMs = ANSWER_MS } = this.#options;
    const signal = withTimeout(this.#end.signal, answerMs);
    try {
      await post(event, signal);
      this.#lastError = null;
      return "taken";
    } catch (error) {
      this.#lastError = signal.aborted ? `there was no answer within ${answerMs} ms` : whyOf(error);
      return error instanceof RefusedEventError ? "refused" : "failed";
    }
  }
}

function isWanted({ type }: ForkdEvent, kinds: readonly string[]): boolean {
  if (kinds.length === 0) return type !== "job.progress";
  return kinds.some((kind) => type === kind || type.startsWith(`${kind}.`));
}

/** Of a name with several addresses each has failed. */
function whyOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(reasonOf).join("; ") : reasonOf(error);
}
