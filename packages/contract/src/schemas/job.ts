import { z } from "zod";
import { JOB_ID_PATTERN } from "../ids.ts";
import type { JobId } from "../ids.ts";
import { progressSchema } from "./progress.ts";
import { wireErrorSchema } from "./system.ts";

export const jobIdSchema = z
  .string()
  .regex(JOB_ID_PATTERN, "must be a job id: job_ and 16 characters")
  .meta({ description: "A job id.", example: "job_4k2m9x7q0v3bz8wc" }) as unknown as z.ZodType<JobId, string>;

export const jobSchema = z
  .object({
    id: jobIdSchema,
    kind: z.string().meta({ description: "The operation.", example: "branchSandbox" }),
    subject: z.string().meta({ description: "What it works on: a tag, an image or a sandbox." }),
    status: z.enum(["running", "done", "failed", "cancelled"]),
    started_at_unix: z.number().int(),
    ended_at_unix: z.number().int().nullable(),
    progress: progressSchema.omit({ type: true }).nullable(),
    error: wireErrorSchema.nullable(),
  })
  .meta({ id: "Job" });
