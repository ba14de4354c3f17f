import { ForkdError, contextInfoSchema } from "@forkd/contract";
import type { ContextInfo } from "@forkd/contract";
import type { CallOptions, GuestContexts } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { JsonCall } from "../connection/call.ts";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import type { Deadlines } from "../default-deadlines.ts";
import { quoteGuestText } from "../connection/protocol-error.ts";

/** More than an agent keeps. */
const MAX_CONTEXTS = 64;

const infoSchema = contextInfoSchema.extend({
  cwd: z.string().max(4096),
  version: z.string().max(64).transform(quoteGuestText).nullable(),
});
const listSchema = z.object({ contexts: z.array(infoSchema).max(MAX_CONTEXTS) });
const interruptSchema = z.object({ interrupted: z.boolean() });

/** What an agent that knows no contexts cannot do. */
export const explainNoContexts = explainMissingRequest("keep contexts");

/** Turns the agent's answer that it has no such context into `context_not_found`. */
export function explainMissingContext(context: string): Explain {
  return (refusal) =>
    refusal.code === "no_such_context"
      ? new ForkdError("context_not_found", { context })
      : explainNoContexts(refusal);
}

type Question<T> = Pick<JsonCall<T>, "method" | "path" | "schema" | "explain" | "timeoutMs"> & {
  readonly body?: object;
};

/** `/contexts`: what the agent keeps of interpreters. */
export function createContexts(session: AgentSession, deadlines: Deadlines): GuestContexts {
  const { quickMs, startInterpreterMs } = deadlines;
  const ask = <T>(question: Question<T>, { signal }: CallOptions): Promise<T> =>
    callJson(session, { ...question, request: `${question.method} /contexts`, signal });
  const about = (
    id: string,
    verb: string,
  ): { method: "POST"; path: string; body: object; explain: Explain } => ({
    method: "POST",
    path: `/contexts/${id}/${verb}`,
    body: {},
    explain: explainMissingContext(id),
  });
  return {
    async list(options) {
      const question = { method: "GET", path: "/contexts", explain: explainNoContexts } as const;
      return (await ask({ ...question, schema: listSchema, timeoutMs: quickMs }, options)).contexts;
    },
    create({ id, language, cwd, env }, options): Promise<ContextInfo> {
      const explain: Explain = (refusal) => {
        const { code, message } = refusal;
        if (code === "too_many") return new ForkdError("too_many_contexts", { why: message });
        if (code !== "interpreter_unavailable") return explainNoContexts(refusal);
        return new ForkdError("interpreter_unavailable", { language, why: message });
      };
      const body = { id, language, cwd, env };
      const question = { method: "POST", path: "/contexts", body, explain } as const;
      return ask({ ...question, schema: infoSchema, timeoutMs: startInterpreterMs }, options);
    },
    restart: (id, options) =>
      ask({ ...about(id, "restart"), schema: infoSchema, timeoutMs: startInterpreterMs }, options),
    interrupt: async (id, options) =>
      (await ask({ ...about(id, "interrupt"), schema: interruptSchema, timeoutMs: quickMs }, options))
        .interrupted,
    async remove(id, options) {
      const question = {
        method: "DELETE",
        path: `/contexts/${id}`,
        explain: explainMissingContext(id),
      } as const;
      await ask({ ...question, schema: z.object({}), timeoutMs: quickMs }, options);
    },
  };
}
