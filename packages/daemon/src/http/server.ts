import { ForkdError, ROUTES, listCleanupFailures, toForkdError } from "@forkd/contract";
import type { Operation, Route } from "@forkd/contract";
import type { JobRegistry, ProgressOptions } from "@forkd/core";
import { LogController, fastify } from "fastify";
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { callerSignal } from "./caller-signal.ts";
import { collectExec, startExec } from "./collect-exec.ts";
import type { ExecReply, Handlers } from "./handler.ts";
import { openRequestBody } from "./request-body.ts";
import { LINES_TYPE, streamExec, streamProgress } from "./replies.ts";

/** JSON bodies. Raw bodies stream, and have no limit of their own. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

interface AnyCall extends ProgressOptions {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
/** What a caller is told who may come again: branches and machines take about a second. */
const RETRY_AFTER_SECS = 1;

type AnyHandler = (call: AnyCall) => Promise<unknown>;

/** The HTTP server of the whole API: routes, parsing and replies come from the route table. */
export function createServer(
  handlers: Handlers,
  jobs: JobRegistry,
  openApi: object,
  log: FastifyBaseLogger,
): FastifyInstance {
  const server = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
  });
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  server.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendError(new ForkdError("unknown_route", { method: request.method, path: request.url }), request, reply),
  );
  server.get("/openapi.json", () => openApi);
  for (const [operation, route] of Object.entries<Route>(ROUTES)) {
    const handler = handlers[operation as Operation] as unknown as AnyHandler;
    const handle = route.reply === "progress" ? asJob(jobs, operation, handler) : handler;
    server.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(route, handle, request, reply),
    });
  }
  return server;
}

/** Long work is a job, so that others can see and cancel it; its caller hears of its progress as well. */
function asJob(jobs: JobRegistry, kind: string, handler: AnyHandler): AnyHandler {
  return (call) =>
    jobs.start({ kind, subject: subjectOf(call) }, call.signal, (options) =>
      handler({
        ...call,
        signal: options.signal,
        onProgress: (progress) => {
          options.onProgress(progress);
          call.onProgress(progress);
        },
      }),
    ).result;
}

/** What a request works on, by the names that requests have for it; of an address, nothing that may be secret. */
function subjectOf({ params, body }: AnyCall): string {
  const names = { ...(body as object | undefined), ...(params as object | undefined) } as Record<
    string,
    unknown
  >;
  const subject = ["id", "tag", "snapshot_tag", "image", "name", "source"].map((name) => names[name]);
  const name = subject.find((value) => typeof value === "string") ?? "";
  if (!URL.canParse(name)) return name;
  const { protocol, host, pathname } = new URL(name);
  return `${protocol}//${host}${pathname}`;
}

async function serve(
  route: Route,
  handle: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parsed = {
    params: route.params && parsePart(route.params, request.params),
    query: route.query && parsePart(route.query, request.query),
    body: readBody(route, request),
  };
  const signal = callerSignal(reply.raw);
  const run = (onProgress: ProgressOptions["onProgress"]): Promise<unknown> =>
    handle({ ...parsed, signal, onProgress });
  const waits = (parsed.body as { wait?: unknown } | undefined)?.wait !== false;
  reply.code(waits ? route.status : (route.statusWithoutWait ?? route.status));
  const wantsLines = request.headers.accept?.includes(LINES_TYPE) ?? false;
  if (wantsLines && route.reply === "progress") {
    return reply.type(LINES_TYPE).send(streamProgress(run, (cause) => explain(cause, request), request.id));
  }
  const result = await run(() => {});
  switch (route.reply) {
    case "json":
    case "progress":
      return reply.send(result);
    case "exec":
      return sendExec(result as ExecReply, wantsLines, request, reply);
    case "bytes":
      return reply.type("application/octet-stream").send(result);
    case "empty":
      return reply.send();
  }
}

async function sendExec(
  { events, limitBytes, detach }: ExecReply,
  wantsLines: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!wantsLines) return reply.send(await (detach ? startExec(events) : collectExec(events, limitBytes)));
  return reply
    .type(LINES_TYPE)
    .send(streamExec(await startEvents(events), (cause) => explain(cause, request), request.id));
}

/** Waits for the first event, so that a command that cannot start is an error and not a stream. */
async function startEvents<Event>(events: AsyncIterable<Event>): Promise<AsyncIterable<Event>> {
  const iterator = events[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* resume() {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

function readBody(route: Route, request: FastifyRequest): unknown {
  if (!route.body) return undefined;
  if (route.body === "bytes") return openRequestBody(request.raw);
  const contentType = request.headers["content-type"] ?? "";
  if (request.body !== undefined && !contentType.startsWith("application/json")) {
    throw new ForkdError("unsupported_media_type", { contentType });
  }
  return parsePart(route.body, request.body ?? {});
}

function parsePart(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new ForkdError("invalid_request", { issues });
}

/**
 * Below 500 we explain; above, the log has the cause under the request's id. What failed in undoing the request is in
 * the log alone.
 */
function explain(cause: unknown, request: FastifyRequest): ForkdError {
  const error = fromFramework(cause as FastifyError) ?? toForkdError(cause);
  for (const err of listCleanupFailures(cause)) {
    request.log.error({ err, requestId: request.id }, "request.cleanup_failed");
  }
  if (error.status >= 500) request.log.error({ err: error, requestId: request.id }, "request.failed");
  return error;
}

function sendError(cause: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = explain(cause, request);
  if (error.status === 503) reply.header("retry-after", RETRY_AFTER_SECS);
  return reply.code(error.status).type("application/json").send(error.toWire(request.id));
}

/** Fastify's own refusals, in our words. */
function fromFramework({ code, message }: FastifyError): ForkdError | undefined {
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ForkdError("body_too_large", { limitBytes: BODY_LIMIT_BYTES });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ForkdError("unsupported_media_type", { contentType: "" });
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_BAD_URL":
      return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
    default:
      return undefined;
  }
}
