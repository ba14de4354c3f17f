import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { probeCaller } from "./probe-caller.ts";

/**
 * Aborts when the caller goes away before it has its whole answer. The request's own `close` event is of no use:
 * it comes as soon as the body was read (https://nodejs.org/api/http.html#event-close_2).
 */
export function callerSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const { socket } = response;
  const isTcp = socket !== null && isByTcp(socket);
  let probing: Disposable | undefined;
  const onEnd = (): void => {
    if (socket === null || response.closed) return;
    if (isTcp) socket.destroy();
    else probing ??= probeCaller(socket);
  };
  if (socket?.readableEnded) onEnd();
  else socket?.once("end", onEnd);
  response.once("close", () => {
    socket?.off("end", onEnd);
    probing?.[Symbol.dispose]();
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** There nothing tells a caller who sends no more from one that is gone, and so one is gone: as to most servers. */
const isByTcp = ({ remoteFamily }: Socket): boolean => remoteFamily !== undefined;
