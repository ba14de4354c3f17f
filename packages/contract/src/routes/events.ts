import { z } from "zod";
import { EVENT_KINDS, eventLineSchema } from "../schemas/event.ts";
import { defineRoutes } from "./route.ts";

/** Kinds of events, whole (`job.failed`) or by their first word (`job`). */
const types = z
  .string()
  .max(1024)
  .regex(/^[a-z]+(\.[a-z_]+)?(,[a-z]+(\.[a-z_]+)?)*$/, "must be kinds of events, such as sandbox,job.failed")
  .refine((list) => list.split(",").every((kind) => EVENT_KINDS.has(kind)), {
    message: `names a kind of event that there is not; there are ${[...EVENT_KINDS].join(", ")}`,
  })
  .optional()
  .meta({ description: "Only these kinds, with commas between: sandbox.died, or sandbox for all of them." });

export const eventRoutes = defineRoutes({
  watchEvents: {
    method: "GET",
    path: "/v1/events",
    summary: "What happens, a line of JSON for each event, until the caller leaves.",
    query: z.object({
      after: z.string().max(64).optional().meta({
        description:
          "Begin behind this cursor; without it, now, or with all that is kept if follow is false.",
      }),
      types,
      follow: z.stringbool().default(true).meta({ description: "false: only what is kept, and no more." }),
    }),
    status: 200,
    reply: "lines",
    response: eventLineSchema,
    errors: [],
  },
});
