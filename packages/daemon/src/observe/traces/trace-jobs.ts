import type { JobRegistry, ProgressOptions } from "@forkd/core";
import { override } from "./around.ts";
import type { Scope, Spans } from "./spans.ts";

type JobWork<Result> = Parameters<typeof JobRegistry.prototype.start<Result>>[3];

/** Jobs as parts of what starts them, which may end before they do. */
export function traceJobs(spans: Spans, jobs: JobRegistry): JobRegistry {
  return override(jobs, {
    start<Result>(...args: Parameters<typeof jobs.start<Result>>) {
      const [name, caller, options, work] = args;
      const traced: JobWork<Result> = (inJob, id) =>
        spans.part(
          () => ({
            name: `job ${name.kind}`,
            attributes: { "forkd.job": id, "forkd.subject": name.subject },
          }),
          (scope) => work(scope ? tellSteps(scope, inJob) : inJob, id),
        );
      return jobs.start(name, caller, options, traced);
    },
  });
}

/** The steps of a job as events of its span. What they say in words may be of their caller's, and is not told. */
function tellSteps({ span }: Scope, options: ProgressOptions): ProgressOptions {
  let last: string | undefined;
  return {
    ...options,
    onProgress: (progress) => {
      if (progress.step !== last) span.addEvent(progress.step);
      last = progress.step;
      options.onProgress(progress);
    },
  };
}
