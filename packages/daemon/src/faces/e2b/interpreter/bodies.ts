import { CODE_LIMIT_BYTES, ForkdError, describeIssues, guestPathSchema } from "@forkd/contract";
import { z } from "zod";
import { readJsonBody } from "../../../http/requests/json-body.ts";
import { GUEST_REFUSALS } from "../refusals/guest-refusals.ts";
import { refuseFields } from "../refusals/refuse-fields.ts";
import type { InterpreterCall } from "./interpreter-call.ts";

/** What E2B's clients leave away, those in Python send as null. Fields that are not known are ignored, as E2B does. */
export const executionSchema = z
  .object({
    code: z.string().max(1_048_576),
    context_id: z.string().nullish(),
    language: z.string().nullish(),
    ...refuseFields({ env_vars: GUEST_REFUSALS.env_vars }),
  })
  .refine(({ context_id: context, language }) => !context || !language, {
    path: ["language"],
    message: "must not be given together with context_id, which has a language",
  });

export const contextSchema = z.object({
  language: z.string().nullish(),
  cwd: guestPathSchema.nullish(),
});

/** Throws `invalid_request`, and what a body is refused for that is no JSON. */
export async function readBody<Schema extends z.ZodType>(
  schema: Schema,
  { request, signal }: InterpreterCall,
): Promise<z.output<Schema>> {
  const value = (await readJsonBody(request, CODE_LIMIT_BYTES, { signal })) ?? {};
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ForkdError("invalid_request", { issues: describeIssues(schema, value, parsed.error.issues) });
}
