import { z } from "zod";
import { DEFAULT_TIMEOUT_SECS } from "../default-timeouts.ts";
import { contextIdSchema, languageSchema } from "./context.ts";
import { timeoutSecsSchema } from "./primitives.ts";

export const evalRequestSchema = z
  .strictObject({
    code: z.string().max(1_048_576),
    language: languageSchema.optional().meta({
      description:
        "Its interpreter that is there for good; python unless told. Not together with context_id.",
    }),
    context_id: contextIdSchema.optional().meta({ description: "The context to run it in." }),
    mode: z.enum(["auto", "eval", "run"]).default("auto").meta({
      description:
        "eval: one expression; run: statements; auto: statements, and the last one's value. A shell knows no difference.",
    }),
    timeout_secs: timeoutSecsSchema.default(DEFAULT_TIMEOUT_SECS.eval),
  })
  .refine(({ language, context_id: context }) => language === undefined || context === undefined, {
    path: ["language"],
    message: "must not be given together with context_id, which has a language",
  })
  .meta({ id: "EvalRequest" });

export const evalResultSchema = z
  .object({
    result: z
      .string()
      .nullable()
      .meta({ description: "The value as the language writes it (repr, inspect)." }),
    result_json: z.string().nullable().meta({ description: "The value as JSON, when it can be." }),
    stdout: z.string(),
    stderr: z.string(),
    error: z.string().nullable(),
    error_name: z.string().nullable(),
    error_value: z.string().nullable().meta({ description: "What the error says, without its name." }),
    traceback: z.string().nullable(),
    exit_code: z
      .number()
      .int()
      .meta({ description: "0, or 1 when there is an error; of a shell, the status of the code." }),
    timed_out: z.boolean(),
    truncated: z.boolean(),
    execution_count: z
      .number()
      .int()
      .nullable()
      .meta({ description: "How many calls the context has had since its start; null of an older agent." }),
    duration_ms: z.number(),
  })
  .meta({ id: "EvalResult" });
