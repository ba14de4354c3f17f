import type { Job, JobId } from "@forkd/contract";
import type { Asked } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import type { OperationPorts } from "./ports.ts";

/** An id of another kind than those of machines. */
interface OneJob {
  readonly job: JobId;
}

/** Work that is under way: see it, cancel it. */
export function createJobOperations({ jobs }: Pick<OperationPorts, "jobs">) {
  return {
    listJobs: async (...[caller, order]: Asked<PageOrder>): Promise<Page<Job>> =>
      pageOf(jobs.list(caller), order, ({ started_at_unix: startedAt, id }) => [startedAt, id]),
    getJob: async (...[caller, { job }]: Asked<OneJob>): Promise<Job> => jobs.get(job, caller),
    cancelJob: (...[caller, { job }]: Asked<OneJob>): Promise<Job> => jobs.cancel(job, caller),
  };
}
