import { StringDecoder } from "node:string_decoder";
import { JsonError, requireJsonBounds } from "@forkd/core";
import type { Evaluation } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { EvalEvent } from "@forkd/contract";
import type { z } from "zod";
import type { Bounds } from "../connection/deadline.ts";
import { Exchange } from "../connection/exchange.ts";
import { protocolError } from "../connection/protocol-error.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import { describeIssues } from "../connection/reply.ts";
import type { AgentSession } from "../connection/session.ts";
import { EvalFrameParser } from "./eval-frames.ts";
import type { EvalFrame } from "./eval-frames.ts";
import { resultSchema } from "./eval-result.ts";
import { MAX_RESULTS, displaySchema } from "./rich-results.ts";

const REQUEST = "POST /contexts/{context}/eval";

/** The code runs with the first pull of the iterator; what is not pulled stops it. Ending the iteration interrupts it. */
export async function* streamEvaluation(
  session: AgentSession,
  { language, contextId = language, code, mode, timeoutMs }: Evaluation,
  bounds: Omit<Bounds, "request">,
  explain: Explain,
): AsyncGenerator<EvalEvent, void, undefined> {
  const path = `/contexts/${contextId}/eval`;
  const body = { code, mode, timeout_ms: timeoutMs };
  using exchange = Exchange.open(session, { ...bounds, request: REQUEST, method: "POST", path, body });
  await throwIfRefused(exchange, await exchange.response(), REQUEST, explain);
  yield { type: "start" };
  const reader = new EventReader();
  for (;;) {
    const chunk = await exchange.next();
    if (chunk === null) break;
    yield* readChunk(reader, chunk, exchange);
  }
  if (!reader.ended) throw exchange.breach("ended its stream without an end frame");
}

function readChunk(reader: EventReader, chunk: Buffer, exchange: Exchange): EvalEvent[] {
  try {
    return [...reader.push(chunk)];
  } catch (error) {
    if (!(error instanceof ForkdError)) throw error;
    throw exchange.breach(`was answered with broken frames: ${error.message}`, error);
  }
}

/** Makes events of a guest's frames. Throws `agent_protocol`; it is of no use after that. */
class EventReader {
  ended = false;
  readonly #parser = new EvalFrameParser();
  /** A character may come in two pieces. */
  readonly #decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  readonly #results: { is_main_result: boolean }[] = [];

  *push(chunk: Buffer): Generator<EvalEvent> {
    for (const frame of this.#parser.push(chunk)) {
      if (this.ended) throw protocolError("a frame came after the end");
      yield* this.#read(frame);
    }
  }

  *#read({ kind, payload }: EvalFrame): Generator<EvalEvent> {
    if (kind === "stdout" || kind === "stderr") {
      const text = this.#decoders[kind].write(payload);
      if (text !== "") yield { type: kind, text };
    } else if (kind === "result") {
      const result = parseFrame(payload, displaySchema, kind);
      if (this.#results.push(result) > MAX_RESULTS)
        throw protocolError(`more than ${MAX_RESULTS} results came`);
      yield { type: "result", content: result };
    } else {
      yield* this.#end(payload);
    }
  }

  *#end(payload: Buffer): Generator<EvalEvent> {
    this.ended = true;
    const outcome = parseFrame(payload, resultSchema, "end");
    for (const type of ["stdout", "stderr"] as const) {
      const text = this.#decoders[type].end();
      if (text !== "") yield { type, text };
    }
    const told = this.#results.some(({ is_main_result: isMain }) => isMain);
    if (!told) for (const content of outcome.results) yield { type: "result", content };
    yield { type: "end", outcome: { ...outcome, results: [], stdout: "", stderr: "" } };
  }
}

function parseFrame<T>(payload: Buffer, schema: z.ZodType<T>, frame: string): T {
  let value: unknown;
  try {
    requireJsonBounds(payload);
    value = JSON.parse(payload.toString("utf8"));
  } catch (error) {
    const why = error instanceof JsonError ? error.message : "is not JSON";
    throw protocolError(`a ${frame} frame ${why}`, error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw protocolError(`a ${frame} frame has the wrong fields: ${describeIssues(parsed.error)}`);
}
