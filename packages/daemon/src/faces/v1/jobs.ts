import type { jobRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Work that is under way: see it, cancel it. */
export function createJobHandlers({ jobs }: Services): Handlers<keyof typeof jobRoutes> {
  return {
    listJobs: async () => jobs.list(),
    getJob: async ({ params: { id } }) => jobs.get(id),
    cancelJob: ({ params: { id } }) => jobs.cancel(id),
  };
}
