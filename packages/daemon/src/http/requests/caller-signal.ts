import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

const PROBE_INTERVAL_MS = 250;
const NOTHING = Buffer.alloc(0);

/**
 * Aborts when the caller goes away before it has its whole answer. The request's own `close` event is of no use:
 * it comes as soon as the body was read (https://nodejs.org/api/http.html#event-close_2).
 */
export function callerSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const { socket } = response;
  let probing: NodeJS.Timeout | undefined;
  const onEnd = (): void => {
    if (socket === null || response.closed) return;
    probe(socket);
    probing ??= setInterval(() => probe(socket), PROBE_INTERVAL_MS);
  };
  if (socket?.readableEnded) onEnd();
  else socket?.once("end", onEnd);
  response.once("close", () => {
    socket?.off("end", onEnd);
    clearInterval(probing);
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/**
 * A caller that sends no more may still wait for its answer: shutdown(2). A unix socket tells one that is gone apart
 * only when it is written to, were it nothing: EPIPE then ends the connection.
 */
function probe(socket: Socket): void {
  if (socket.writable && socket.writableLength === 0) socket.write(NOTHING);
}
