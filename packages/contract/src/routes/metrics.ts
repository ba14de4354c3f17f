import { z } from "zod";
import { guestTasksSchema, sandboxMetricsSchema } from "../schemas/metrics.ts";
import { sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

export const metricsRoutes = defineRoutes({
  metrics: {
    method: "GET",
    path: "/v1/sandboxes/:id/metrics",
    summary: "What a machine uses, now and over time. A paused one stays paused.",
    params: sandboxParams,
    query: z.object({
      since: z.coerce.number().min(0).optional().meta({
        description: "Only samples behind this time, in seconds since 1970.",
      }),
      guest: z
        .stringbool()
        .default(true)
        .meta({ description: "Ask the guest too, which wakes one that is idle; for 2 s at most." }),
    }),
    status: 200,
    reply: "json",
    response: sandboxMetricsSchema,
    errors: ["sandbox_not_found", "sandbox_dead", "sandbox_suspended", "sandbox_unmanaged"],
  },
  listTasks: {
    method: "GET",
    path: "/v1/sandboxes/:id/top",
    summary: "The processes of a guest, whoever started them, with CPU time and memory.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: guestTasksSchema,
    errors: [
      "sandbox_not_found",
      "sandbox_dead",
      "sandbox_paused",
      "sandbox_unmanaged",
      "agent_unreachable",
      "agent_timeout",
      "agent_protocol",
      "agent_outdated",
    ],
  },
});
