import { ForkdError } from "@forkd/contract";
import type { EvalResult } from "@forkd/contract";
import type { CallOptions, Evaluation } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { explainMissingContext } from "./contexts.ts";

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
    exit_status: z.number().int().min(0).max(255).optional(),
    execution_count: z.number().int().nonnegative().nullable().default(null),
  })
  .transform(({ exit_status: status, ...reply }): EvalResult => {
    const failed = reply.error === null ? 0 : 1;
    return { ...reply, error_value: valueOf(reply), exit_code: status ?? failed };
  });

/** An error is told as `NAME: VALUE`, or as its name alone. */
function valueOf({ error, error_name: name }: { error: string | null; error_name: string | null }) {
  if (error === null) return null;
  if (error === name) return "";
  return error.startsWith(`${name}: `) ? error.slice(`${name}: `.length) : error;
}

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
    const { language, contextId = language, code, mode, timeoutMs, rehearsal } = evaluation;
    const queuedMs = (this.#queuedMs.get(contextId) ?? 0) + timeoutMs + this.#graceMs;
    this.#queuedMs.set(contextId, queuedMs);
    try {
      return await callJson(this.#session, {
        request: "POST /kernels/{context}/eval",
        method: "POST",
        path: `/kernels/${contextId}/eval`,
        body: { code, mode, timeout_ms: timeoutMs, rehearsal },
        schema: resultSchema,
        replyLimit: RESULT_LIMIT,
        timeoutMs: queuedMs,
        signal: options.signal,
        explain: (refusal) =>
          explainUnavailable(language)(refusal) ?? explainMissingContext(contextId)(refusal),
      });
    } finally {
      this.#release(contextId, timeoutMs + this.#graceMs);
    }
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
