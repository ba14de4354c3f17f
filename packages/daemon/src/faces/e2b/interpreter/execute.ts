import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { EvalEvent, EvalRequest } from "@forkd/contract";
import { SILENCE_MS, withKeepAlive } from "../../../http/replies/keep-alive.ts";
import { SANDBOX_GONE } from "../e2b-error.ts";
import { KEEP_ALIVE_FIELD, keepAliveMs } from "../keep-alive.ts";
import { executionSchema, readBody } from "./bodies.ts";
import { parseContextId } from "./contexts.ts";
import { writeLine } from "./execution-line.ts";
import { describeEvent, describeFailure } from "./describe-event.ts";
import type { InterpreterCall } from "./interpreter-call.ts";
import { parseLanguage } from "./language.ts";

/** E2B's clients have a time-out of their own, and tell nobody of it: they go away. */
const TIMEOUT_SECS = 86_400;
/** A call that waits for its turn has its head then. */
const HEAD_AFTER_MS = 2000;

/** E2B's clients leave away a line of a type that they do not know. They ask for none. */
const KEEP_ALIVE = writeLine({ type: "keepalive" });
const SILENCE_SECS = SILENCE_MS / 1000;

/** Runs code, and tells what it gives in lines as it comes. A caller who goes away interrupts it. */
export async function execute(call: InterpreterCall): Promise<void> {
  const { operations, caller, id, request: asked, response } = call;
  const request = await readExecution(call);
  const events = (await operations.evaluateStream(caller, { id, request }, call))[Symbol.asyncIterator]();
  const first = events.next();
  try {
    await beginAnswer(first, response);
    const silenceMs = keepAliveMs([asked.headers[KEEP_ALIVE_FIELD]].flat()[0], SILENCE_SECS);
    await pipeline(withKeepAlive(writeLines(first, events, call), KEEP_ALIVE, silenceMs), response);
  } finally {
    // They are stepped by hand, so nothing else tells them that nobody takes any more.
    await events.return?.();
  }
}

async function readExecution(call: InterpreterCall): Promise<EvalRequest> {
  const { code, context_id: context, language } = await readBody(executionSchema, call);
  const place = context
    ? { context_id: parseContextId(context) }
    : { language: parseLanguage(language || "python") };
  return { code, mode: "auto", timeout_secs: TIMEOUT_SECS, ...place };
}

/** Throws what the call is refused with, as long as it can be answered so. */
async function beginAnswer(first: Promise<unknown>, response: ServerResponse): Promise<void> {
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, HEAD_AFTER_MS);
  try {
    await Promise.race([first, waited.promise]);
  } finally {
    clearTimeout(timer);
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
}

async function* writeLines(
  first: Promise<IteratorResult<EvalEvent>>,
  events: AsyncIterator<EvalEvent>,
  { explain }: Pick<InterpreterCall, "explain">,
): AsyncGenerator<string> {
  try {
    for (let step = await first; !step.done; step = await events.next())
      for (const line of describeEvent(step.value)) yield writeLine(line);
  } catch (cause) {
    const error = explain(cause);
    // An answer that breaks off has the client ask whether the sandbox is still there.
    if (SANDBOX_GONE.has(error.code)) throw error;
    yield writeLine(describeFailure(error));
  }
}
