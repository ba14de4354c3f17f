import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { printJob, printJobs } from "../output/jobs.ts";
import { printJson } from "../output/print.ts";
import { lookAtDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("jobs")
    .description(
      "List work of the daemon that takes a while. What has ended stays listed for ten minutes. With --json, --follow " +
        "prints a job on each line.",
    )
    .addOption(new Option("-f, --follow", "tell every change, until Ctrl-C").conflicts("cancel"))
    .option("--cancel <job>", "cancel a job, and wait until what it had begun is undone")
    .addHelpText(
      "after",
      example("forkd jobs", "forkd jobs --follow", "forkd jobs --cancel job_4k2m9x7q0v3bz8wc"),
    )
    .action(({ follow, cancel, json, ...options }) =>
      lookAtDaemon(options, async (session) => {
        if (follow) return await followJobs(session, json);
        const { forkd, signal } = session;
        if (cancel === undefined) {
          const jobs = await forkd.jobs.list({ signal });
          return json ? printJson(toWire(jobs)) : printJobs(jobs);
        }
        const job = await forkd.jobs.cancel(cancel, { signal });
        return json ? printJson(toWire(job)) : printJob(job);
      }),
    );
}

async function followJobs({ forkd, signal }: Session, json: true | undefined): Promise<void> {
  for await (const job of forkd.jobs.watch({ signal })) {
    if (json) printJson(toWire(job));
    else printJob(job);
  }
}
