import type { ForkdEvent } from "@forkd/contract";
import type { EventStream } from "@forkd/core";
import type { Logger } from "pino";

/** Writes every event to the log, as its kind. */
export function logEvents(events: EventStream, log: Logger): void {
  events.listen((event) => {
    const { type, cursor: _cursor, at_unix_ms: _time, ...facts } = event;
    log[LEVELS[type] ?? "info"]({ event: facts }, type);
  });
}

/** Of what goes well, one line for each thing that users ask for; of what goes wrong, all. */
const LEVELS: { readonly [Type in ForkdEvent["type"]]?: "debug" | "warn" } = {
  "job.started": "debug",
  "job.progress": "debug",
  "job.done": "debug",
  "sandbox.ready": "debug",
  "sandbox.context_ended": "warn",
  "sandbox.unmanaged": "warn",
  "zygote.failed": "warn",
  "zygote.copy_silent": "warn",
};
