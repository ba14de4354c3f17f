import { ForkdError } from "@forkd/contract";
import type { EvalEvent, EvalResult } from "@forkd/contract";
import type { CallOptions, Evaluation } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { explainMissingContext } from "./contexts.ts";
import { MAX_RESULT_BYTES, resultSchema } from "./eval-result.ts";
import { streamEvaluation } from "./stream-evaluation.ts";

const RESULT_LIMIT = { bytes: MAX_RESULT_BYTES, excess: "refuse" } as const;

const startedSchema = z.object({ state: z.string() });

/** `POST /kernels/{language}/start`: returns once it is warm. Throws `interpreter_unavailable`. */
export async function startInterpreter(
  session: AgentSession,
  language: Evaluation["language"],
  timeoutMs: number,
  options: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: `POST /kernels/${language}/start`,
    method: "POST",
    path: `/kernels/${language}/start`,
    body: {},
    schema: startedSchema,
    timeoutMs,
    signal: options.signal,
    explain: explainUnavailable(language),
  });
}

/** A rehearsal does not count as a call of the interpreter. */
type EvaluationCall = Evaluation & { readonly rehearsal?: boolean };

/**
 * Evaluations on one connection. An interpreter takes one at a time and queues the rest, so each may take as long as
 * those before it, and itself.
 */
export class Evaluator {
  readonly #session: AgentSession;
  readonly #graceMs: number;
  /** The time-outs of what is under way in each interpreter, in ms. */
  readonly #queuedMs = new Map<string, number>();

  constructor(session: AgentSession, graceMs: number) {
    this.#session = session;
    this.#graceMs = graceMs;
  }

  /**
   * `POST /kernels/{language or context}/eval`. Throws `interpreter_unavailable`, `context_not_found`, and
   * `agent_outdated` for what an older agent does not know.
   */
  async evaluate(evaluation: EvaluationCall, options: CallOptions): Promise<EvalResult> {
    const { contextId = evaluation.language, code, mode, timeoutMs, rehearsal } = evaluation;
    using turn = this.#queue(evaluation);
    return await callJson(this.#session, {
      request: "POST /kernels/{context}/eval",
      method: "POST",
      path: `/kernels/${contextId}/eval`,
      body: { code, mode, timeout_ms: timeoutMs, rehearsal },
      schema: resultSchema,
      replyLimit: RESULT_LIMIT,
      timeoutMs: turn.timeoutMs,
      signal: options.signal,
      explain: explainEvaluation(evaluation),
    });
  }

  /** `POST /contexts/{language or context}/eval`: as {@link evaluate}, with what it gives as it comes. */
  async *stream(evaluation: Evaluation, options: CallOptions): AsyncGenerator<EvalEvent, void, undefined> {
    using turn = this.#queue(evaluation);
    const bounds = { timeoutMs: turn.timeoutMs, stallMs: this.#graceMs, signal: options.signal };
    yield* streamEvaluation(this.#session, evaluation, bounds, explainEvaluation(evaluation));
  }

  /** How long a call may take that waits for those before it; they count until its disposal. */
  #queue({ language, contextId = language, timeoutMs }: Evaluation): Disposable & { timeoutMs: number } {
    const ownMs = timeoutMs + this.#graceMs;
    const queuedMs = (this.#queuedMs.get(contextId) ?? 0) + ownMs;
    this.#queuedMs.set(contextId, queuedMs);
    return { timeoutMs: queuedMs, [Symbol.dispose]: () => this.#release(contextId, ownMs) };
  }

  /** Contexts come and go, and none is remembered without calls. */
  #release(contextId: string, ownMs: number): void {
    const left = (this.#queuedMs.get(contextId) ?? 0) - ownMs;
    if (left > 0) this.#queuedMs.set(contextId, left);
    else this.#queuedMs.delete(contextId);
  }
}

/** The first is what agents of older snapshots say. */
const UNAVAILABLE_CODES: readonly string[] = ["kernel_unavailable", "interpreter_unavailable"];

function explainUnavailable(language: Evaluation["language"]): Explain {
  return ({ code, message }) =>
    UNAVAILABLE_CODES.includes(code)
      ? new ForkdError("interpreter_unavailable", { language, why: message })
      : undefined;
}

function explainEvaluation({ language, contextId = language }: Evaluation): Explain {
  return (refusal) => explainUnavailable(language)(refusal) ?? explainMissingContext(contextId)(refusal);
}
