import type { EventLine, ForkdEvent } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";
import { fromWire } from "./wire.ts";

/** Which events are wanted. */
export interface EventFilter {
  /** Only those behind this cursor, as far as the daemon keeps them. */
  readonly after?: string | undefined;
  /** Only these kinds: `sandbox.died`, or `sandbox` for all that begin with it. */
  readonly types?: readonly string[] | undefined;
}

export interface FollowOptions extends EventFilter, CallOptions {
  /**
   * Called first, with where the stream begins. `isWhole` is false when events behind `after` are no longer kept, or it
   * is the cursor of an earlier daemon: look at what there is now, then.
   */
  readonly onOpen?: ((start: { readonly cursor: string; readonly isWhole: boolean }) => void) | undefined;
}

/** What happens in the daemon: machines that are forked, die or expire, snapshots that come and go, jobs. */
export class Events {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The events that are kept: the last 4096, without the progress of jobs. */
  async list({ signal, ...filter }: EventFilter & CallOptions = {}): Promise<ForkdEvent[]> {
    const events: ForkdEvent[] = [];
    for await (const line of this.lines(filter, false, { signal }))
      if (line.type !== "stream.opened") events.push(line);
    return events;
  }

  /**
   * Each event as it happens, from now on or behind `after`, until the signal aborts or the iteration ends. A reader
   * that falls far behind is let go with an error: begin again behind the last `cursor` that you have.
   *
   * @example for await (const event of forkd.events.follow({ types: ["sandbox.died"] })) console.log(event);
   */
  async *follow({ signal, onOpen, ...filter }: FollowOptions = {}): AsyncGenerator<
    ForkdEvent,
    void,
    undefined
  > {
    for await (const line of this.lines(filter, true, { signal })) {
      if (line.type === "stream.opened") onOpen?.({ cursor: line.cursor, isWhole: line.isWhole });
      else yield line;
    }
  }

  /** @internal The stream as the daemon sends it: where it begins, and then events. */
  async *lines(
    { after, types }: EventFilter,
    follow: boolean,
    options: CallOptions,
  ): AsyncGenerator<EventLine, void, undefined> {
    const query = { after, types: types?.join(","), follow };
    for await (const line of this.#connection.lines("watchEvents", { query }, options))
      yield fromWire(line) as EventLine;
  }
}
