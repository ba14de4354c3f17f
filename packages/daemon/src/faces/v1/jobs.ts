import type { jobRoutes } from "@forkd/contract";
import { pageOf } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Work that is under way: see it, cancel it. */
export function createJobHandlers({ jobs }: Services): Handlers<keyof typeof jobRoutes> {
  return {
    listJobs: async ({ query }) => pageOf(jobs.list(), query, (job) => [job.started_at_unix, job.id]),
    getJob: async ({ params: { id } }) => jobs.get(id),
    cancelJob: ({ params: { id } }) => jobs.cancel(id),
  };
}
