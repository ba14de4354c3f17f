import { BODY_LIMIT_BYTES, ForkdError, ROUTES } from "@forkd/contract";
import type { Operation, Route } from "@forkd/contract";
import type { JobRegistry, ProgressOptions } from "@forkd/core";
import { LogController, fastify } from "fastify";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { answerMalformedRequests } from "./malformed-requests.ts";
import { callerSignal } from "./caller-signal.ts";
import { collectExec, startExec } from "./collect-exec.ts";
import { describeIssues } from "./describe-issues.ts";
import { explain, sendError } from "./errors.ts";
import type { ExecReply, Handlers } from "./handler.ts";
import { readJsonBody } from "./json-body.ts";
import { openRequestBody } from "./request-body.ts";
import { LINES_TYPE, streamExec, streamProgress } from "./replies.ts";

/** No name, tag or id is longer; what is, is told so by its schema. */
const MAX_PARAM_LENGTH = 512;

/** What a caller is told of a body that is wrong throughout. */
const MAX_ISSUES = 20;
const MAX_ISSUE_LENGTH = 1000;

interface AnyCall extends ProgressOptions {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
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
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // There is one host, and a socket has no name.
    http: { requireHostHeader: false },
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
  answerMalformedRequests(server.server);
  // Bodies are read when their route is known.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request, _payload, done) => done(null));
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
      // A HEAD of what streams would stream for nobody.
      exposeHeadRoute: route.reply === "json",
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
  const signal = callerSignal(reply.raw);
  const parsed = {
    params: route.params && parsePart(route.params, request.params),
    query: route.query && parsePart(route.query, request.query),
    body: await readBody(route, request, signal),
  };
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

async function readBody(
  { body, bodyLimitBytes = BODY_LIMIT_BYTES }: Route,
  { raw }: FastifyRequest,
  signal: AbortSignal,
): Promise<unknown> {
  if (!body) return undefined;
  if (body === "bytes") return openRequestBody(raw);
  return parsePart(body, (await readJsonBody(raw, bodyLimitBytes, { signal })) ?? {});
}

function parsePart(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(schema, value, parsed.error.issues.slice(0, MAX_ISSUES));
  throw new ForkdError("invalid_request", {
    issues: issues.map(({ path, message }) => ({ path, message: message.slice(0, MAX_ISSUE_LENGTH) })),
  });
}
