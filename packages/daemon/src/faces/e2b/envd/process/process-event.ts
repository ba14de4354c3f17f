import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { GuestProcessEvent } from "@forkd/core";
import { ProcessEventSchema } from "../../wire/process.gen.js";
import type { ProcessEvent } from "../../wire/process.gen.js";
import { describeExit } from "./exit-status.ts";

export const KEEP_ALIVE = create(ProcessEventSchema, { event: { case: "keepalive", value: {} } });

/** On a terminal all output is of one kind. Throws `deadline_exceeded` for a process that its deadline has ended. */
export function toProcessEvent(event: GuestProcessEvent, onTerminal: boolean): ProcessEvent {
  switch (event.type) {
    case "start":
      return create(ProcessEventSchema, { event: { case: "start", value: { pid: event.pid } } });
    case "stdout":
    case "stderr": {
      const output = { case: onTerminal ? "pty" : event.type, value: event.data } as const;
      return create(ProcessEventSchema, { event: { case: "data", value: { output } } });
    }
    case "exit":
      if (event.timedOut) throw new ConnectError("the deadline has ended the process", Code.DeadlineExceeded);
      return create(ProcessEventSchema, { event: { case: "end", value: describeExit(event) } });
    case "more":
      throw new ConnectError("the rest of its output waits to be asked for", Code.FailedPrecondition);
  }
}
