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

const base64 = (what: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${what}, in base 64.` });
const text = (what: string) => z.string().optional().meta({ description: what });

export const richResultSchema = z
  .object({
    is_main_result: z.boolean().meta({ description: "It is the value of the code; others were displayed." }),
    text: text("As the language writes it (repr, inspect)."),
    html: text("A table of pandas is one in HTML."),
    markdown: text("Markdown."),
    svg: text("A drawing."),
    png: base64("An image; figures of matplotlib are"),
    jpeg: base64("An image"),
    pdf: base64("A document"),
    latex: text("LaTeX."),
    javascript: text("JavaScript."),
    json: z.unknown().optional().meta({ description: "The value as JSON, when it can be." }),
    data: z.unknown().optional().meta({ description: "The columns of a table of pandas by their names." }),
    chart: z.unknown().optional().meta({
      description:
        "What a figure of matplotlib shows, as data: type, title, elements and axes, as E2B's clients read it.",
    }),
    extra: z.record(z.string(), z.string()).meta({ description: "What has no field here, by MIME type." }),
    truncated: z.boolean().meta({ description: "A format was left out since it was too long." }),
  })
  .meta({ id: "RichResult" });

export const evalResultSchema = z
  .object({
    results: z.array(richResultSchema).meta({
      description: "What the code displayed, its figures, and its value, each in all formats that it has.",
    }),
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

/** One line of a streamed evaluation. */
export const evalEventSchema = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("start") }).meta({ description: "It is its turn." }),
    z.object({ type: z.literal("stdout"), text: z.string() }),
    z.object({ type: z.literal("stderr"), text: z.string() }),
    z.object({ type: z.literal("result"), content: richResultSchema }),
    z.object({
      type: z.literal("end"),
      outcome: evalResultSchema.meta({ description: "Without what was streamed." }),
    }),
  ])
  .meta({ id: "EvalEvent" });
