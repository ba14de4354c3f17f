import { z } from "zod";
import { auditEntrySchema, auditReportSchema } from "../schemas/audit.ts";
import { sha256Schema } from "../schemas/primitives.ts";
import { defineRoutes } from "./route.ts";

export const auditRoutes = defineRoutes({
  listAudit: {
    method: "GET",
    path: "/v1/audit",
    summary: "Who has asked for what, as it was recorded: a line of JSON each, the oldest first.",
    scope: "admin",
    query: z.object({
      since_unix_ms: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .meta({ description: "Only those since then." }),
      follow: z
        .stringbool()
        .default(false)
        .meta({
          description:
            "Go on with each that is recorded, until the caller leaves; with the last that there is at first, and those since " +
            "since_unix_ms if that is given. Of a daemon that records nothing it ends at once.",
        }),
    }),
    status: 200,
    reply: "lines",
    response: auditEntrySchema,
    errors: [],
  },
  verifyAudit: {
    method: "GET",
    path: "/v1/audit/verify",
    summary: "Look whether a line of the audit is missing or was altered.",
    scope: "admin",
    query: z.object({
      contains: sha256Schema.optional().meta({ description: "The digest of a line that was the last once." }),
    }),
    status: 200,
    reply: "json",
    response: auditReportSchema,
    errors: [],
  },
});
