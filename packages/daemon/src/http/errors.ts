import type { IncomingMessage } from "node:http";
import { ForkdError, listCleanupFailures, toForkdError } from "@forkd/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

/** What a caller is told who may come again: branches and machines take about a second. */
const RETRY_AFTER_SECS = 1;

/** How long a caller may take to send the rest of what is refused. */
const DRAIN_MS = 2000;

/**
 * Below 500 we explain; above, the log has the cause under the request's id. What failed in undoing the request is in
 * the log alone.
 */
export function explain(cause: unknown, request: FastifyRequest): ForkdError {
  const error = fromFramework(cause as FastifyError) ?? toForkdError(cause);
  for (const err of listCleanupFailures(cause)) {
    request.log.error({ err, requestId: request.id }, "request.cleanup_failed");
  }
  if (error.status >= 500) request.log.error({ err: error, requestId: request.id }, "request.failed");
  return error;
}

/**
 * Answers with an error. Where the connection is to be closed then, the rest of the request is read first: a caller who
 * cannot send all of it would not see the answer.
 */
export async function sendError(
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = explain(cause, request);
  if (error.code === "request_timeout") reply.header("connection", "close");
  else if (!reply.raw.shouldKeepAlive && !request.raw.complete) await drain(request.raw);
  if (error.status === 503) reply.header("retry-after", RETRY_AFTER_SECS);
  return reply.code(error.status).type("application/json").send(error.toWire(request.id));
}

async function drain(request: IncomingMessage): Promise<void> {
  const ended = Promise.withResolvers<void>();
  for (const event of ["end", "close", "error"]) request.once(event, ended.resolve);
  const timer = setTimeout(ended.resolve, DRAIN_MS);
  request.resume();
  await ended.promise;
  clearTimeout(timer);
}

/** The framework's own refusals, of paths and heads, in our words. */
function fromFramework({
  code = "",
  message,
  statusCode = 500,
}: Partial<FastifyError>): ForkdError | undefined {
  if (!code.startsWith("FST_ERR_") || statusCode >= 500) return undefined;
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return new ForkdError("unsupported_media_type", { contentType: "" });
  if (code === "FST_ERR_MAX_PARAM_LENGTH") return invalid("a part of the path is too long");
  return invalid(message ?? code);
}

function invalid(message: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
