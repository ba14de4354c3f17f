import { ForkdError } from "@forkd/contract";
import type { EventFacts, ForkdEvent } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";
import type { Caller } from "../operations/caller.ts";
import { seesSandbox } from "../tenants/sight.ts";
import type { Viewer } from "../tenants/sight.ts";

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
  /** Only those of this tenant. Undefined: all. */
  readonly tenant?: string | undefined;
}

/** Whose an event is; undefined: for those alone who see everything. */
export type TenantOf = (facts: EventFacts, caller: Viewer | undefined) => string | undefined;

type Listener = (event: ForkdEvent, tenant: string | undefined) => void;

interface Kept {
  readonly sequence: number;
  readonly event: ForkdEvent;
  readonly tenant: string | undefined;
}

/** Where a reading begins. */
interface Start {
  /** The events that are given are those behind it. */
  readonly cursor: string;
  /** False when some behind the cursor that was given are no longer kept, or it is another daemon's. */
  readonly isWhole: boolean;
}

/** What is kept behind a cursor. */
export interface KeptEvents extends Start {
  readonly events: readonly ForkdEvent[];
}

/** How a stream goes on from a moment. */
export interface EventFeed extends Start {
  readonly events: AsyncIterable<ForkdEvent>;
}

/**
 * All that happens, in order. The last events are kept, but for the progress of jobs, which is only told to who
 * follows. Cursors of another daemon are known as such.
 */
export class EventStream {
  readonly #epoch = Date.now().toString(36);
  readonly #kept: Kept[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #tenantOf: TenantOf;
  #sequence = 0;
  /** The last that is no longer kept. */
  #forgotten = 0;

  constructor(tenantOf: TenantOf = () => undefined) {
    this.#tenantOf = tenantOf;
  }

  /** Where the stream stands. */
  get cursor(): string {
    return this.#cursorOf(this.#sequence);
  }

  /** Tells everybody. Without a caller, it came about by itself. */
  emit(facts: EventFacts, caller?: Pick<Caller, "name" | "tenant">): void {
    this.#sequence += 1;
    const event: ForkdEvent = {
      ...facts,
      cursor: this.cursor,
      at_unix_ms: Date.now(),
      caller: caller?.name ?? null,
    };
    const tenant = this.#tenantOf(facts, caller);
    if (event.type !== "job.progress") this.#keep({ sequence: this.#sequence, event, tenant });
    for (const listener of this.#listeners) listener(event, tenant);
  }

  /** Calls back for each event from now on, until disposal. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** What is kept, behind `after` if that is given; all that is kept where that is not known. */
  read({ after, ...wanted }: EventFilter = {}): KeptEvents {
    const position = after === undefined ? this.#forgotten : this.#positionOf(after);
    const isWhole = position >= this.#forgotten && position <= this.#sequence;
    const start = isWhole ? position : this.#forgotten;
    const events = this.#kept.filter(({ sequence, ...told }) => sequence > start && isWanted(told, wanted));
    return { cursor: this.#cursorOf(start), isWhole, events: events.map(({ event }) => event) };
  }

  /**
   * What is kept behind `after`, or nothing without it, and then each event as it comes, until the signal aborts. The
   * iteration throws `cancelled` for a reader that does not keep up: it may begin again behind the last cursor it has.
   */
  follow({ after, ...wanted }: EventFilter, { signal }: CallOptions): EventFeed {
    const now = { cursor: this.cursor, isWhole: true, events: [] };
    const { events, ...start } = after === undefined ? now : this.read({ after, ...wanted });
    const queue = new EventQueue(events);
    const listening = this.listen((event, tenant) => {
      if (isWanted({ event, tenant }, wanted) && !queue.push(event)) listening[Symbol.dispose]();
    });
    signal.addEventListener("abort", () => queue.end(), { once: true });
    if (signal.aborted) queue.end();
    return { ...start, events: queue.drain(listening) };
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    if (this.#kept.length > KEPT_MAX) this.#forgotten = this.#kept.shift()?.sequence ?? 0;
  }

  #cursorOf(sequence: number): string {
    return `${this.#epoch}-${sequence}`;
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
  #state: "open" | "ended" | "overrun" = "open";
  #wake = Promise.withResolvers<void>();

  constructor(events: readonly ForkdEvent[]) {
    this.#waiting = [...events];
  }

  /** False once no more are taken. */
  push(event: ForkdEvent): boolean {
    if (this.#state === "open" && this.#waiting.length >= UNREAD_MAX) this.#state = "overrun";
    if (this.#state === "open") this.#waiting.push(event);
    this.#wake.resolve();
    return this.#state === "open";
  }

  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wake.resolve();
  }

  async *drain(listening: Disposable): AsyncGenerator<ForkdEvent> {
    using _ = listening;
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      yield* events;
      if (this.#waiting.length > 0) continue;
      if (this.#state === "overrun")
        throw new ForkdError("cancelled", { stage: "waiting for a slow reader" });
      if (this.#state === "ended") return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}

function isWanted(
  { event: { type }, tenant }: Omit<Kept, "sequence">,
  { types, tenant: viewer }: Omit<EventFilter, "after">,
): boolean {
  if (!seesSandbox({ tenant: viewer }, { tenant })) return false;
  return types === undefined || types.some((wanted) => type === wanted || type.startsWith(`${wanted}.`));
}
