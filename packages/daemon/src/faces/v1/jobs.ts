import type { jobRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Work that is under way: see it, cancel it. */
export function createJobHandlers({ operations }: Services): Handlers<keyof typeof jobRoutes> {
  return {
    listJobs: (call) => operations.listJobs(call.caller, call.query, call),
    getJob: (call) => operations.getJob(call.caller, { job: call.params.id }, call),
    cancelJob: (call) => operations.cancelJob(call.caller, { job: call.params.id }, call),
  };
}
