import { ForkdError } from "@forkd/contract";
import type { EvalResult } from "@forkd/contract";
import type { CallOptions, Evaluation } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";

const RESULT_LIMIT = { bytes: 8 * 1024 * 1024, excess: "refuse" } as const;

const startedSchema = z.object({ state: z.string() });

const resultSchema = z
  .object({
    result: z.string().nullable(),
    result_json: z.string().nullable(),
    stdout: z.string(),
    stderr: z.string(),
    error: z.string().nullable(),
    error_name: z.string().nullable(),
    traceback: z.string().nullable(),
    timed_out: z.boolean(),
    truncated: z.boolean(),
    duration_ms: z.number(),
  })
  .transform((reply): EvalResult => ({ ...reply, exit_code: reply.error === null ? 0 : 1 }));

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
  /** The time-outs of what is under way, in ms. */
  readonly #queuedMs = { python: 0, node: 0 };

  constructor(session: AgentSession, graceMs: number) {
    this.#session = session;
    this.#graceMs = graceMs;
  }

  /** `POST /kernels/{language}/eval`. Throws `interpreter_unavailable`. */
  async evaluate(evaluation: EvaluationCall, options: CallOptions): Promise<EvalResult> {
    const { language, code, mode, timeoutMs, rehearsal } = evaluation;
    const ownMs = timeoutMs + this.#graceMs;
    this.#queuedMs[language] += ownMs;
    try {
      return await callJson(this.#session, {
        request: `POST /kernels/${language}/eval`,
        method: "POST",
        path: `/kernels/${language}/eval`,
        body: { code, mode, timeout_ms: timeoutMs, rehearsal },
        schema: resultSchema,
        replyLimit: RESULT_LIMIT,
        timeoutMs: this.#queuedMs[language],
        signal: options.signal,
        explain: explainUnavailable(language),
      });
    } finally {
      this.#queuedMs[language] -= ownMs;
    }
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
