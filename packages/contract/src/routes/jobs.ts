import { z } from "zod";
import { jobIdSchema, jobSchema } from "../schemas/job.ts";
import { pageFields } from "./params.ts";
import { defineRoutes } from "./route.ts";

const jobParams = z.object({ id: jobIdSchema });

export const jobRoutes = defineRoutes({
  listJobs: {
    method: "GET",
    path: "/v1/jobs",
    summary: "List work that is under way, and for ten minutes what has ended.",
    query: z.object(pageFields),
    status: 200,
    reply: "page",
    response: z.array(jobSchema),
    errors: [],
  },
  getJob: {
    method: "GET",
    path: "/v1/jobs/:id",
    summary: "One job.",
    params: jobParams,
    status: 200,
    reply: "json",
    response: jobSchema,
    errors: ["job_not_found"],
  },
  cancelJob: {
    method: "DELETE",
    path: "/v1/jobs/:id",
    summary: "Cancel a job, and wait until what it had begun is undone.",
    params: jobParams,
    status: 200,
    reply: "json",
    response: jobSchema,
    errors: ["job_not_found"],
  },
});
