import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Caller } from "@forkd/core";
import { isOfE2b } from "../faces/e2b/api-key.ts";
import { sendE2bError, toE2bError } from "../faces/e2b/e2b-error.ts";
import type { Gateway } from "../faces/gateway/gateway.ts";
import { refuse } from "../faces/gateway/refuse.ts";
import { errorHeaders } from "./replies/error-headers.ts";
import { explain } from "./replies/explain-error.ts";
import type { ErrorLog } from "./replies/explain-error.ts";
import { noteCaller } from "./requests/callers.ts";
import { requireKnownHost } from "./requests/known-host.ts";
import { nameRequest } from "./requests/request-id.ts";
import { requireSameSite } from "./requests/same-site.ts";
import type { TracedServing } from "./requests/traced-serving.ts";
import { watchAnswer } from "./requests/watch-answer.ts";
import type { Watch } from "./requests/watch-answer.ts";
import { requireWellAddressed } from "./requests/well-addressed.ts";

/** Longer than clients keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 72_000;

/** A certificate with those that vouch for it, and its key, as PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface HttpServerParts {
  /** What serves the API. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly gateway?: Gateway | undefined;
  /** Who sends a request. Throws when they may send none. */
  readonly admit: (request: IncomingMessage, response: ServerResponse) => Caller;
  readonly log: ErrorLog;
  /** Told of each request once it is answered, but for those that become another protocol. */
  readonly watch?: Watch | undefined;
  readonly traced?: TracedServing | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** Node's server, with what the gateway claims taken out before the API sees it. */
export function createHttpServer({
  handle,
  gateway,
  admit,
  log,
  watch,
  traced,
  tls,
}: HttpServerParts): Server {
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    if (watch) watchAnswer(response, watch);
    requireWellAddressed(request);
    const caller = admit(request, response);
    noteCaller(request, caller);
    // Whoever has a token was not sent by a page that has our name.
    if (gateway === undefined || caller.scope !== "none" || gateway.wantsToken(request)) return;
    requireKnownHost(request, gateway.domain);
  };
  const options: ServerOptions = {
    // There is one host, and a socket has no name.
    requireHostHeader: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: 0,
    // All others are answered as if they had not asked: RFC 9110, 7.8.
    shouldUpgradeCallback: (request) => gateway?.claimsUpgrade(request) === true,
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (gateway?.claims(request)) return void gateway.serve(request, response);
    requireSameSite(request);
    nameRequest(response);
    handle(request, response);
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      receive(request, response);
      if (traced) traced.serve(request, () => serve(request, response));
      else serve(request, response);
    } catch (error) {
      const told = explain(error, request, log);
      if (isOfE2b(request)) sendE2bError(response, toE2bError(told), errorHeaders(told));
      else refuse(response, told);
    }
  };
  const server = tls ? createTlsServer({ ...options, ...tls }, answer) : createServer(options, answer);
  server.on("upgrade", (request, socket, early) => void gateway?.upgrade(request, socket, early, receive));
  return server;
}
