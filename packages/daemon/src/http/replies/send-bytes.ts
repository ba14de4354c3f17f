import type { FastifyReply, FastifyRequest } from "fastify";
import type { BytesReply } from "../handler.ts";
import { readRange } from "../requests/read-range.ts";

/** Answers with bytes as they come; with a part of a file where a range was asked for. */
export function sendBytes(body: BytesReply, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.type("application/octet-stream");
  const { span } = body;
  if (span !== undefined) {
    const { offset, bytes, sizeBytes } = span;
    reply.header("accept-ranges", "bytes").header("content-length", bytes);
    if (readRange(headers) !== undefined)
      reply.code(206).header("content-range", `bytes ${offset}-${offset + bytes - 1}/${sizeBytes}`);
  }
  return reply.send(body);
}
