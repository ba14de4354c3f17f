import { StringDecoder } from "node:string_decoder";
import type { EvalEvent } from "@forkd/contract";
import { JsonError, requireJsonBounds } from "@forkd/core";
import type { z } from "zod";
import { protocolError } from "../connection/protocol-error.ts";
import { describeIssues } from "../connection/reply.ts";
import { EvalFrameParser } from "./eval-frames.ts";
import type { EvalFrame } from "./eval-frames.ts";
import { resultSchema } from "./eval-result.ts";
import { MAX_RESULTS, displaySchema } from "./rich-results.ts";

/** Makes events of a guest's frames. Throws `agent_protocol`; it is of no use after that. */
export class EvalEventReader {
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
