import { PassThrough, Readable } from "node:stream";
import type { ExecEvent, ForkdError, Progress, ProgressEvent } from "@forkd/contract";
import type { GuestProcessEvent, ProgressOptions } from "@forkd/core";

import { exitCodeOf } from "./exit-code.ts";

export const LINES_TYPE = "application/x-ndjson";

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Progress lines, then the result or the error: what a long request answers to a caller who wants to watch. */
export function streamProgress(
  work: (onProgress: ProgressOptions["onProgress"]) => Promise<unknown>,
  describeError: (cause: unknown) => ForkdError,
  requestId: string,
): Readable {
  const lines = new PassThrough();
  const send = (event: ProgressEvent): void => void (lines.writable && lines.write(line(event)));
  const onProgress = (progress: Omit<Progress, "type">): void => send({ type: "progress", ...progress });
  void work(onProgress)
    .then(
      (result) => send({ type: "result", result }),
      (cause: unknown) => {
        const error = describeError(cause);
        send({ type: "error", status: error.status, error: error.toWire(requestId) });
      },
    )
    .finally(() => lines.end());
  return lines;
}

/** Exec events as lines. An error that comes after the first line is the last line. */
export function streamExec(
  events: AsyncIterable<GuestProcessEvent>,
  describeError: (cause: unknown) => ForkdError,
  requestId: string,
): Readable {
  async function* lines(): AsyncGenerator<string> {
    try {
      for await (const event of events) yield line(toWireEvent(event));
    } catch (cause) {
      const error = describeError(cause);
      yield line({ type: "error", status: error.status, error: error.toWire(requestId) });
    }
  }
  return Readable.from(lines());
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
