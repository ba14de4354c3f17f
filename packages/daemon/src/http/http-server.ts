import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Gateway } from "../faces/gateway/gateway.ts";

/** Longer than clients keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 72_000;

/** Node's server, with what the gateway claims taken out before the API sees it. */
export function createHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  gateway: Gateway | undefined,
): Server {
  const isForPort = (request: IncomingMessage): boolean => gateway?.claims(request) === true;
  const server = createServer(
    {
      // There is one host, and a socket has no name.
      requireHostHeader: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      // All others are answered as if they had not asked: RFC 9110, 7.8.
      shouldUpgradeCallback: isForPort,
    },
    (request, response) => {
      if (gateway !== undefined && isForPort(request)) void gateway.serve(request, response);
      else handle(request, response);
    },
  );
  server.on("upgrade", (request, socket, early) => void gateway?.upgrade(request, socket, early));
  return server;
}
