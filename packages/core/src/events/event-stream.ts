import type { EventFacts, ForkdEvent } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";
import type { Caller } from "../operations/caller.ts";

/** How many events are kept for who asks later. */
const KEPT_MAX = 4096;
/** How many may wait for a reader; one that falls further behind is let go. */
const UNREAD_MAX = 8192;

/** Which events a reader wants. */
export interface EventFilter {
  /** Only those behind this cursor, as far as they are kept. */
  readonly after?: string | undefined;
  /** Only these kinds: whole (`job.failed`) or the first word (`job`). Undefined: all. */
  readonly types?: readonly string[] | undefined;
}

/** What is kept behind a cursor. */
export interface KeptEvents {
  readonly events: readonly ForkdEvent[];
  /** False when some of them are no longer kept, or the cursor is another daemon's. */
  readonly isWhole: boolean;
}

/** How a stream goes on from a moment. */
export interface EventFeed {
  /** Where it begins. */
  readonly cursor: string;
  readonly isWhole: boolean;
  readonly events: AsyncIterable<ForkdEvent>;
}

/**
 * All that happens, in order. The last events are kept, but for the progress of jobs, which is only told to who
 * follows. Cursors of another daemon are known as such.
 */
export class EventStream {
  readonly #epoch = Date.now().toString(36);
  readonly #kept: { readonly sequence: number; readonly event: ForkdEvent }[] = [];
  readonly #listeners = new Set<(event: ForkdEvent) => void>();
  #sequence = 0;
  /** The last that is no longer kept. */
  #forgotten = 0;

  /** Where the stream stands. */
  get cursor(): string {
    return `${this.#epoch}-${this.#sequence}`;
  }

  /** Tells everybody. Without a caller, it came about by itself. */
  emit(facts: EventFacts, caller?: Caller): void {
    this.#sequence += 1;
    const event: ForkdEvent = {
      ...facts,
      cursor: this.cursor,
      at_unix_ms: Date.now(),
      caller: caller?.name ?? null,
    };
    if (event.type !== "job.progress") this.#keep(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back for each event from now on, until disposal. */
  listen(listener: (event: ForkdEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** What is kept, behind `after` if that is given. */
  read({ after, types }: EventFilter = {}): KeptEvents {
    const start = after === undefined ? 0 : this.#positionOf(after);
    const events = this.#kept.filter(({ sequence, event }) => sequence > start && isWanted(event, types));
    const isWhole = after === undefined || start >= this.#forgotten;
    return { events: events.map(({ event }) => event), isWhole: isWhole && start <= this.#sequence };
  }

  /**
   * What is kept behind `after`, or nothing without it, and then each event as it comes, until the signal aborts. The
   * iteration also ends for a reader that does not keep up: it may begin again behind the last cursor that it has.
   */
  follow({ after, types }: EventFilter, { signal }: CallOptions): EventFeed {
    const { events, isWhole } =
      after === undefined ? { events: [], isWhole: true } : this.read({ after, types });
    const queue = new EventQueue(events);
    const listening = this.listen((event) => {
      if (isWanted(event, types)) queue.push(event);
    });
    signal.addEventListener("abort", () => queue.end(), { once: true });
    if (signal.aborted) queue.end();
    return { cursor: this.cursor, isWhole, events: queue.drain(listening) };
  }

  #keep(event: ForkdEvent): void {
    this.#kept.push({ sequence: this.#sequence, event });
    if (this.#kept.length > KEPT_MAX) this.#forgotten = this.#kept.shift()?.sequence ?? 0;
  }

  /** That of a cursor which is not ours is before all. */
  #positionOf(cursor: string): number {
    const [epoch, sequence] = cursor.split("-");
    return epoch === this.#epoch ? Number(sequence) || 0 : -1;
  }
}

/** Events that wait for one reader. */
class EventQueue {
  #waiting: ForkdEvent[];
  #isEnded = false;
  #wake = Promise.withResolvers<void>();

  constructor(events: readonly ForkdEvent[]) {
    this.#waiting = [...events];
  }

  push(event: ForkdEvent): void {
    if (this.#waiting.length >= UNREAD_MAX) this.end();
    if (!this.#isEnded) this.#waiting.push(event);
    this.#wake.resolve();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake.resolve();
  }

  async *drain(listening: Disposable): AsyncGenerator<ForkdEvent> {
    using _ = listening;
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      yield* events;
      if (this.#waiting.length > 0) continue;
      if (this.#isEnded) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}

function isWanted({ type }: ForkdEvent, types: readonly string[] | undefined): boolean {
  return types === undefined || types.some((wanted) => type === wanted || type.startsWith(`${wanted}.`));
}
