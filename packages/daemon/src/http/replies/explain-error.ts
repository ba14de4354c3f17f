import { ForkdError, listCleanupFailures, toForkdError } from "@forkd/contract";
import type { FastifyError, FastifyRequest } from "fastify";

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
