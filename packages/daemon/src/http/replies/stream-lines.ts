import { PassThrough, Readable } from "node:stream";
import type { ForkdError, Progress, ProgressEvent } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";

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

/** Values as lines. An error that comes after the first line is the last line. */
export function streamLines(
  values: AsyncIterable<object>,
  describeError: (cause: unknown) => ForkdError,
  requestId: string,
): Readable {
  const iterator = values[Symbol.asyncIterator]();
  async function* lines(): AsyncGenerator<string> {
    try {
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield line(step.value);
    } catch (cause) {
      const error = describeError(cause);
      yield line({ type: "error", status: error.status, error: error.toWire(requestId) });
    }
  }
  // A generator that nobody began to read would end nothing.
  return Readable.from(lines()).once(
    "close",
    () => void Promise.resolve(iterator.return?.()).catch(() => {}),
  );
}
