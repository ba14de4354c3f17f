import { goOnAfter } from "@forkd/core";
import { SILENCE_MS, orSilence } from "./keep-alive.ts";

/** Events of which the first is there, or is longer in coming than an answer may be silent. */
export interface StartedEvents<Event> {
  readonly events: AsyncIterable<Event>;
  readonly isLate: boolean;
}

/** Waits for the first event, so that a command that cannot start is an error and not a stream. */
export async function startEvents<Event>(
  events: AsyncIterable<Event>,
  silenceMs: number = SILENCE_MS,
): Promise<StartedEvents<Event>> {
  const iterator = events[Symbol.asyncIterator]();
  const first = iterator.next();
  const started = await orSilence(first, silenceMs);
  return { events: goOnAfter(started ?? first, iterator), isLate: started === undefined };
}
