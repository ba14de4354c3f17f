import type { ServerResponse } from "node:http";

/**
 * Aborts when the caller goes away before it has its whole answer. The request's own `close` event is of no use:
 * it comes as soon as the body was read (https://nodejs.org/api/http.html#event-close_2).
 */
export function callerSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
