import { PassThrough, Readable } from "node:stream";
import type { ForkdError, Progress, ProgressEvent } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";
import { SILENCE_MS, withKeepAlive } from "./keep-alive.ts";

export const LINES_TYPE = "application/x-ndjson";

/** Clients pass over it. */
const EMPTY_LINE = "\n";
const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** What a stream of lines needs beside what it is of. */
interface LineOptions {
  readonly describeError: (cause: unknown) => ForkdError;
  readonly requestId: string;
  /** For so long it is silent at most, and then has an empty line. */
  readonly silenceMs?: number;
}

/** Progress lines, then the result or the error: what a long request answers to a caller who wants to watch. */
export function streamProgress(
  work: (onProgress: ProgressOptions["onProgress"]) => Promise<unknown>,
  { describeError, requestId, silenceMs = SILENCE_MS }: LineOptions,
): Readable {
  const lines = new PassThrough();
  const write = (text: string): void => void (lines.writable && lines.write(text));
  const silence = setInterval(write, silenceMs, EMPTY_LINE);
  const send = (event: ProgressEvent): void => {
    write(line(event));
    silence.refresh();
  };
  const onProgress = (progress: Omit<Progress, "type">): void => send({ type: "progress", ...progress });
  void work(onProgress)
    .then(
      (result) => send({ type: "result", result }),
      (cause: unknown) => {
        const error = describeError(cause);
        send({ type: "error", status: error.status, error: error.toWire(requestId) });
      },
    )
    .finally(() => {
      clearInterval(silence);
      lines.end();
    });
  return lines;
}

/** Values as lines; what is late begins with an empty one. An error that comes after the first line is the last line. */
export function streamLines(
  values: AsyncIterable<object>,
  { describeError, requestId, silenceMs = SILENCE_MS, isLate = false }: LineOptions & { isLate?: boolean },
): Readable {
  const iterator = values[Symbol.asyncIterator]();
  async function* lines(): AsyncGenerator<string> {
    if (isLate) yield EMPTY_LINE;
    try {
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield line(step.value);
    } catch (cause) {
      const error = describeError(cause);
      yield line({ type: "error", status: error.status, error: error.toWire(requestId) });
    }
  }
  // A generator that nobody began to read would end nothing.
  return Readable.from(withKeepAlive(lines(), EMPTY_LINE, silenceMs)).once(
    "close",
    () => void Promise.resolve(iterator.return?.()).catch(() => {}),
  );
}
