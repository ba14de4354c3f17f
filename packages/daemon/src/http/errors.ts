import { ForkdError, listCleanupFailures, toForkdError } from "@forkd/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

/** What a caller is told who may come again: branches and machines take about a second. */
const RETRY_AFTER_SECS = 1;

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

/** Answers with an error. A caller that has not sent all of its request cannot send another one. */
export function sendError(cause: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = explain(cause, request);
  if (error.code === "request_timeout") reply.header("connection", "close");
  if (error.status === 503) reply.header("retry-after", RETRY_AFTER_SECS);
  return reply.code(error.status).type("application/json").send(error.toWire(request.id));
}

/** Fastify's own refusals, in our words. */
function fromFramework({ code, message }: FastifyError): ForkdError | undefined {
  switch (code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ForkdError("unsupported_media_type", { contentType: "" });
    case "FST_ERR_BAD_URL":
      return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
    default:
      return undefined;
  }
}
