import type { ExecEvent } from "@forkd/contract";
import type { GuestProcessEvent } from "@forkd/core";
import { exitCodeOf } from "./exit-code.ts";

/** Exec events in the shape of the wire. */
export async function* toExecEvents(events: AsyncIterable<GuestProcessEvent>): AsyncGenerator<ExecEvent> {
  for await (const event of events) yield toWireEvent(event);
}

function toWireEvent(event: GuestProcessEvent): ExecEvent {
  switch (event.type) {
    case "start":
      return { ...event, offset: event.offset ?? null };
    case "more":
      return event;
    case "stdout":
    case "stderr":
      return { type: event.type, data: event.data.toString("base64") };
    case "exit":
      return {
        type: "exit",
        exit_code: exitCodeOf(event),
        signal: event.signal,
        timed_out: event.timedOut,
        duration_ms: event.durationMs,
      };
  }
}
