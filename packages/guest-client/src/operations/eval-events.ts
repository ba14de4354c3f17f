import { StringDecoder } from "node:string_decoder";
import { isForkdError } from "@forkd/contract";
import type { EvalEvent, RichResult } from "@forkd/contract";
import type { z } from "zod";
import { parseGuestJson } from "../connection/guest-json.ts";
import { protocolError } from "../connection/protocol-error.ts";
import { EvalFrameParser } from "./eval-frames.ts";
import type { EvalFrame } from "./eval-frames.ts";
import { resultSchema } from "./eval-result.ts";
import { MAX_DISPLAY_BYTES, MAX_RESULTS, displaySchema } from "./rich-results.ts";

/** Makes events of a guest's frames. Throws `agent_protocol`; it is of no use after that. */
export class EvalEventReader {
  ended = false;
  readonly #parser = new EvalFrameParser();
  /** A character may come in two pieces. */
  readonly #decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  #results = 0;
  #resultBytes = 0;
  #toldMain = false;
  #isCut = false;

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
      yield* this.#readResult(payload);
    } else {
      yield* this.#end(payload);
    }
  }

  /** What is none is left out, and what is too much: code that ran in the guest may have written it. */
  *#readResult(payload: Buffer): Generator<EvalEvent> {
    this.#results += 1;
    this.#resultBytes += payload.length;
    const hasRoom = this.#results <= MAX_RESULTS && this.#resultBytes <= MAX_DISPLAY_BYTES;
    const content = hasRoom ? parseDisplay(payload) : undefined;
    this.#isCut ||= content === undefined;
    this.#toldMain ||= content?.is_main_result === true;
    if (content !== undefined) yield { type: "result", content };
  }

  *#end(payload: Buffer): Generator<EvalEvent> {
    this.ended = true;
    const outcome = parseFrame(payload, resultSchema, "end");
    for (const type of ["stdout", "stderr"] as const) {
      const text = this.#decoders[type].end();
      if (text !== "") yield { type, text };
    }
    if (!this.#toldMain) for (const content of outcome.results) yield { type: "result", content };
    const truncated = outcome.truncated || this.#isCut;
    yield { type: "end", outcome: { ...outcome, results: [], stdout: "", stderr: "", truncated } };
  }
}

function parseDisplay(payload: Buffer): RichResult | undefined {
  try {
    return parseFrame(payload, displaySchema, "result");
  } catch (error) {
    if (isForkdError(error)) return undefined;
    throw error;
  }
}

function parseFrame<T>(payload: Buffer, schema: z.ZodType<T>, frame: string): T {
  return parseGuestJson(payload, schema, {
    unread: (why, cause) => protocolError(`a ${frame} frame ${why}`, cause),
    misfit: (issues) => protocolError(`a ${frame} frame has the wrong fields: ${issues}`),
  });
}
