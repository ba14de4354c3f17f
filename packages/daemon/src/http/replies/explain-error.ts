import type { IncomingMessage } from "node:http";
import { ForkdError, listCleanupFailures, toForkdError } from "@forkd/contract";
import type { FastifyBaseLogger, FastifyError } from "fastify";
import { noteRequest } from "../requests/request-notes.ts";
import { requestIdOf } from "../requests/request-id.ts";

export type ErrorLog = Pick<FastifyBaseLogger, "error">;

/**
 * Below 500 we explain; above, the log has the cause under the request's id. What failed in undoing the request is in
 * the log alone.
 */
export function explain(cause: unknown, request: IncomingMessage, log: ErrorLog): ForkdError {
  const requestId = requestIdOf(request);
  const error = fromFramework(cause) ?? toForkdError(cause);
  noteRequest(request, { code: error.code });
  for (const err of listCleanupFailures(cause)) log.error({ err, requestId }, "request.cleanup_failed");
  if (error.status >= 500) log.error({ err: error, requestId }, "request.failed");
  return error;
}

/** The framework's own refusals, of paths and heads, in our words; and that nobody reads an answer any more. */
function fromFramework(cause: unknown): ForkdError | undefined {
  // Those of the platform, such as an AbortError, have numbers for codes.
  if (!(cause instanceof Error) || !("code" in cause) || typeof cause.code !== "string") return undefined;
  const { code, message, statusCode = 500 } = cause as FastifyError;
  if (code === "ERR_STREAM_PREMATURE_CLOSE")
    return new ForkdError("cancelled", { stage: "answering" }, { cause });
  if (!code.startsWith("FST_ERR_") || statusCode >= 500) return undefined;
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return new ForkdError("unsupported_media_type", { contentType: "" });
  if (code === "FST_ERR_MAX_PARAM_LENGTH") return invalid("a part of the path is too long");
  return invalid(message);
}

function invalid(message: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
