import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

/**
 * A request's raw body as a stream that may be destroyed half-read: the rest is then thrown away. Destroying the
 * request itself would take the connection with it, and the caller would never read why it was refused.
 */
export function openRequestBody(request: IncomingMessage): Readable {
  const body = new PassThrough();
  // Whoever reads it hears of an error. An operation that has not begun to, or was refused, does not.
  body.on("error", () => {});
  request.on("close", () => {
    if (!request.complete) body.destroy(new Error("the caller went away in the middle of the body"));
  });
  request.pipe(body);
  // Behind the pipe's own listener, which pauses what it leaves.
  body.on("close", () => request.resume());
  return body;
}
