import { z } from "zod";
import { wireErrorSchema } from "./system.ts";

/** A step of long work, told while it runs. */
export const progressSchema = z
  .object({
    type: z.literal("progress"),
    step: z.string().meta({ description: "A stable name of the step.", example: "packages" }),
    message: z.string().meta({ description: "What is going on, for people." }),
    done: z.number().optional(),
    total: z.number().optional(),
  })
  .meta({ id: "Progress" });

/**
 * What a long request answers to `Accept: application/x-ndjson`: any number of progress lines, and then one
 * result or one error.
 */
export const progressStreamSchema = z
  .discriminatedUnion("type", [
    progressSchema,
    z.object({ type: z.literal("result"), result: z.unknown() }),
    z.object({ type: z.literal("error"), status: z.number().int(), error: wireErrorSchema }),
  ])
  .meta({ id: "ProgressEvent" });
