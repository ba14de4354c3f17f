import type { EventLine, eventRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** What happens, as lines. */
export function createEventHandlers({ events }: Services): Handlers<keyof typeof eventRoutes> {
  return {
    watchEvents: async ({ caller: { tenant }, query: { after, types, follow }, signal }) => {
      const filter = { after, types: types?.split(","), tenant };
      if (follow) {
        const { cursor, isWhole, events: feed } = events.follow(filter, { signal });
        return toLines({ cursor, isWhole }, feed);
      }
      const { cursor, isWhole, events: kept } = events.read(filter);
      return toLines({ cursor, isWhole }, kept);
    },
  };
}

async function* toLines(
  { cursor, isWhole }: { readonly cursor: string; readonly isWhole: boolean },
  events: Iterable<EventLine> | AsyncIterable<EventLine>,
): AsyncGenerator<EventLine> {
  yield { type: "stream.opened", cursor, is_whole: isWhole };
  for await (const event of events) yield event;
}
