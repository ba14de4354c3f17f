import { z } from "zod";
import * as system from "../schemas/system.ts";
import { defineRoutes } from "./route.ts";

export const systemRoutes = defineRoutes({
  health: {
    method: "GET",
    path: "/healthz",
    summary: "Whether the daemon answers.",
    scope: "none",
    status: 200,
    reply: "json",
    response: system.healthSchema,
    errors: [],
  },
  version: {
    method: "GET",
    path: "/version",
    summary: "Versions of daemon and API.",
    status: 200,
    reply: "json",
    response: system.versionSchema,
    errors: [],
  },
  scrape: {
    method: "GET",
    path: "/metrics",
    summary: "Figures of the daemon and of all machines, in Prometheus' text format.",
    status: 200,
    reply: "text",
    response: z.string(),
    errors: [],
  },
  capabilities: {
    method: "GET",
    path: "/v1/capabilities",
    summary: "What this host can do, and why.",
    status: 200,
    reply: "json",
    response: system.capabilitiesSchema,
    errors: ["requirement_missing"],
  },
  doctor: {
    method: "GET",
    path: "/v1/doctor",
    summary: "Every requirement: state, why, how to mend.",
    scope: "use",
    status: 200,
    reply: "json",
    response: system.doctorSchema,
    errors: [],
  },
  stop: {
    method: "POST",
    path: "/v1/stop",
    summary: "Stop the daemon, and say what becomes of its machines.",
    scope: "admin",
    body: system.stopRequestSchema,
    status: 200,
    reply: "progress",
    response: system.stopReportSchema,
    errors: ["stop_failed"],
  },
});
