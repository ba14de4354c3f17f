import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorHeaders } from "./error-headers.ts";
import { explain } from "./explain-error.ts";

/** How long a caller may take to send the rest of what is refused. */
const DRAIN_MS = 2000;

/**
 * Answers with an error. Where the connection is to be closed then, the rest of the request is read first: a caller who
 * cannot send all of it would not see the answer.
 */
export async function sendError(
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = explain(cause, request.raw, request.log);
  if (error.code === "request_timeout") reply.header("connection", "close");
  else if (!reply.raw.shouldKeepAlive && !request.raw.complete) await drain(request.raw);
  return reply
    .code(error.status)
    .headers(errorHeaders(error))
    .type("application/json")
    .send(error.toWire(request.id));
}

async function drain(request: IncomingMessage): Promise<void> {
  const ended = Promise.withResolvers<void>();
  for (const event of ["end", "close", "error"]) request.once(event, ended.resolve);
  const timer = setTimeout(ended.resolve, DRAIN_MS);
  request.resume();
  await ended.promise;
  clearTimeout(timer);
}
