import type { Route } from "@forkd/contract";
import type { Page, ProgressOptions } from "@forkd/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { BytesReply, EvalReply, ExecReply } from "../handler.ts";
import { collectExec, startExec } from "./collect-exec.ts";
import { explain } from "./explain-error.ts";
import { sendBytes } from "./send-bytes.ts";
import { startEvents } from "./start-events.ts";
import { LINES_TYPE, streamLines, streamProgress } from "./stream-lines.ts";
import { toExecEvents } from "./exec-events.ts";

/** As Prometheus asks for it, who alone reads text. */
const TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Does the work of a request, and answers with its result in the way that the route and the caller ask for. */
export async function sendReply(
  route: Route,
  run: (onProgress: ProgressOptions["onProgress"]) => Promise<unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const wantsLines = request.headers.accept?.includes(LINES_TYPE) ?? false;
  if (wantsLines && route.reply === "progress") {
    return reply.type(LINES_TYPE).send(streamProgress(run, lineOptions(request)));
  }
  const result = await run(() => {});
  switch (route.reply) {
    case "json":
    case "progress":
      return reply.send(result);
    case "page":
      return sendPage(result as Page<unknown>, reply);
    case "exec":
      return sendExec(result as ExecReply, wantsLines, request, reply);
    case "eval":
      return sendEval(result as EvalReply, wantsLines, request, reply);
    case "lines":
      return sendLines(result as AsyncIterable<object>, request, reply);
    case "text":
      return reply.type(TEXT_TYPE).send(result);
    case "bytes":
      return sendBytes(result as BytesReply, request, reply);
    case "empty":
      return reply.send();
  }
}

function sendPage({ items, nextCursor }: Page<unknown>, reply: FastifyReply): FastifyReply {
  if (nextCursor !== null) reply.header("x-next-cursor", nextCursor);
  return reply.send(items);
}

async function sendLines(
  values: AsyncIterable<object>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { events, isLate } = await startEvents(values);
  return reply.type(LINES_TYPE).send(streamLines(events, { ...lineOptions(request), isLate }));
}

function lineOptions({ id: requestId, raw, log }: FastifyRequest) {
  return { requestId, describeError: (cause: unknown) => explain(cause, raw, log) };
}

async function sendExec(
  { events, limitBytes, detach }: ExecReply,
  wantsLines: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!wantsLines) return reply.send(await (detach ? startExec(events) : collectExec(events, limitBytes)));
  return sendLines(toExecEvents(events), request, reply);
}

async function sendEval(
  { collect, stream }: EvalReply,
  wantsLines: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return wantsLines ? sendLines(await stream(), request, reply) : reply.send(await collect());
}
