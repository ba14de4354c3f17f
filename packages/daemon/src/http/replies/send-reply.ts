import type { Route } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ExecReply } from "../handler.ts";
import { collectExec, startExec } from "./collect-exec.ts";
import { explain } from "./explain-error.ts";
import { LINES_TYPE, streamExec, streamProgress } from "./stream-lines.ts";

/** Does the work of a request, and answers with its result in the way that the route and the caller ask for. */
export async function sendReply(
  route: Route,
  run: (onProgress: ProgressOptions["onProgress"]) => Promise<unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
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
    case "lines":
      return reply.type(LINES_TYPE).send(result);
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
