import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { toForkdError } from "@forkd/contract";
import type { Gateway } from "../faces/gateway/gateway.ts";
import { refuse } from "../faces/gateway/refuse.ts";
import { requireKnownHost } from "./requests/known-host.ts";
import { requireSameSite } from "./requests/same-site.ts";
import { requireWellAddressed } from "./requests/well-addressed.ts";

/** Longer than clients keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 72_000;

/** Node's server, with what the gateway claims taken out before the API sees it. */
export function createHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  gateway: Gateway | undefined,
): Server {
  const server = createServer(
    {
      // There is one host, and a socket has no name.
      requireHostHeader: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      // All others are answered as if they had not asked: RFC 9110, 7.8.
      shouldUpgradeCallback: (request) => gateway?.claimsUpgrade(request) === true,
    },
    (request, response) => {
      try {
        requireWellAddressed(request);
        if (gateway !== undefined) requireKnownHost(request, gateway.domain);
        if (gateway?.claims(request)) return void gateway.serve(request, response);
        requireSameSite(request);
        handle(request, response);
      } catch (error) {
        refuse(response, toForkdError(error));
      }
    },
  );
  server.on("upgrade", (request, socket, early) => void gateway?.upgrade(request, socket, early));
  return server;
}
