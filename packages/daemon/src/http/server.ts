import { Readable } from "node:stream";
import { ForkdError, ROUTES, scopeOf } from "@forkd/contract";
import type { Operation, Route } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { BranchRate, Caller, ProgressOptions } from "@forkd/core";
import { LogController, fastify } from "fastify";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createHttpServer } from "./http-server.ts";
import type { HttpServerParts } from "./http-server.ts";
import type { AnyHandler, Handlers } from "./handler.ts";
import { KeptAnswers } from "./keys/kept-answers.ts";
import { onceForEachKey } from "./keys/once-for-each-key.ts";
import { rateHeaders } from "./replies/rate-headers.ts";
import { sendError } from "./replies/send-error.ts";
import { sendReply } from "./replies/send-reply.ts";
import { callerIfAny, callerOf } from "./requests/callers.ts";
import { callerSignal } from "./requests/caller-signal.ts";
import { answerMalformedRequests } from "./requests/malformed-requests.ts";
import { parseRequest } from "./requests/parse-request.ts";
import { noteRequest } from "./requests/request-notes.ts";
import { requestIdOf } from "./requests/request-id.ts";
import { requireScope } from "./requests/require-scope.ts";
import { readRange } from "./requests/read-range.ts";

/** No name, tag or id is longer; what is, is told so by its schema. */
const MAX_PARAM_LENGTH = 512;

/** Requests are parsed by the route table. To load the framework's compilers of schemas takes 50 ms of a start. */
const NO_SCHEMAS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error("a route has a schema of the framework's, where the route table has them all");
}

interface ServerParts extends Pick<HttpServerParts, "gateway" | "watch" | "traced"> {
  /** What a caller is held to, as each answer tells. */
  readonly rateOf?: (caller: Caller) => BranchRate | undefined;
}

/**
 * The HTTP server of the whole API: routes, parsing and replies come from the route table, which `describe` is asked for
 * once somebody wants to read it. What `gateway` claims is its own, and nothing of the API sees it.
 */
export function createServer(
  handlers: Handlers,
  describe: () => object,
  log: FastifyBaseLogger,
  { gateway, watch, traced, rateOf }: ServerParts = {},
): FastifyInstance {
  const server = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestIdOf(request),
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    schemaController: { compilersFactory: NO_SCHEMAS },
    // By its unix socket, which nobody but the local user can open.
    serverFactory: (handle) =>
      createHttpServer({ handle, gateway, log, watch, traced, admit: () => LOCAL_USER }),
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
  answerMalformedRequests(server.server);
  server.addHook("onRequest", async ({ raw, routeOptions: { url: route } }) => noteRequest(raw, { route }));
  server.addHook("onSend", async ({ raw }, reply) => {
    const caller = callerIfAny(raw);
    const rate = caller && rateOf?.(caller);
    if (rate) reply.headers(rateHeaders(rate));
  });
  server.addHook("preClose", async () => gateway?.[Symbol.dispose]());
  // Bodies are read when their route is known.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request, _payload, done) => done(null));
  server.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendError(new ForkdError("unknown_route", { method: request.method, path: request.url }), request, reply),
  );
  let described: object | undefined;
  server.get("/openapi.json", () => (described ??= describe()));
  const answers = new KeptAnswers();
  for (const [operation, route] of Object.entries<Route>(ROUTES)) {
    const handler = handlers[operation as Operation] as unknown as AnyHandler;
    server.route({
      method: route.method,
      url: route.path,
      // A HEAD of what streams would stream for nobody.
      exposeHeadRoute: route.reply === "json" || route.reply === "page",
      handler(request, reply) {
        const once = route.keyed && onceForEachKey(answers, operation, handler, request.headers);
        return serve(route, once ?? handler, request, reply);
      },
    });
  }
  return server;
}

async function serve(
  route: Route,
  handle: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = callerOf(request.raw);
  if (!isSigned(route, request)) requireScope(caller, scopeOf(route));
  const signal = callerSignal(reply.raw);
  const parsed = await parseRequest(route, request, signal);
  const waits = (parsed.body as { wait?: unknown } | undefined)?.wait !== false;
  reply.code(waits ? route.status : (route.statusWithoutWait ?? route.status));
  const run = async (onProgress: ProgressOptions["onProgress"]): Promise<unknown> => {
    try {
      return await handle({ ...parsed, caller, signal, onProgress, range: readRange(request.headers) });
    } finally {
      // What was refused before it read its body is in front of the caller's next request.
      if (parsed.body instanceof Readable) parsed.body.destroy();
    }
  };
  return sendReply(route, run, request, reply);
}

/** Whether a request stands on its signature, which is then looked at before it does anything. */
function isSigned({ query }: Route, request: FastifyRequest): boolean {
  const isSignable = query !== undefined && "signature" in query.shape;
  return isSignable && (request.query as { signature?: unknown }).signature !== undefined;
}
