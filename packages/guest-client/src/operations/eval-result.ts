import type { EvalResult } from "@forkd/contract";
import { z } from "zod";
import { MAX_RESULTS, describeMain, displaySchema } from "./rich-results.ts";

/** More than an honest interpreter makes of a call: results of 16 MiB, and texts of 1 MiB each. */
export const MAX_RESULT_BYTES = 24 * 1024 * 1024;

/** What an interpreter answers to a call, with whatever is told of it by the agent. */
export const resultSchema = z
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
    results: z.array(displaySchema).max(MAX_RESULTS).default([]),
  })
  .transform(({ exit_status: status, ...reply }): EvalResult => {
    const failed = reply.error === null ? 0 : 1;
    const results = [...reply.results, ...describeMain(reply, reply.results)];
    return { ...reply, results, error_value: valueOf(reply), exit_code: status ?? failed };
  });

/** An error is told as `NAME: VALUE`, or as its name alone. */
function valueOf({ error, error_name: name }: { error: string | null; error_name: string | null }) {
  if (error === null) return null;
  if (error === name) return "";
  return error.startsWith(`${name}: `) ? error.slice(`${name}: `.length) : error;
}
