import { defineError } from "./definition.ts";
import { act, hint, option } from "../hints/hint.ts";

/** Capturing a running machine. */
export const BRANCH_ERRORS = {
  branch_busy: defineError<{ limit: number }>({
    status: 503,
    retryable: true,
    message: ({ limit }) => `${limit} branches are under way, which is as many as this daemon takes at once`,
    hint: () => "try again in a second, or raise --branch-concurrency (FORKD_BRANCH_CONCURRENCY)",
  }),
  branch_in_progress: defineError<{ id: string; tag: string }>({
    status: 409,
    retryable: true,
    message: ({ id, tag }) => `sandbox ${id} is being branched to ${tag}`,
    hint: () => hint`wait until that branch is done: ${act("listJobs")}`,
  }),
  live_unavailable: defineError<{ id: string; why: string }>({
    status: 409,
    retryable: false,
    message: ({ id, why }) => `sandbox ${id} cannot be branched live: ${why}`,
    hint: () => {
      const liveFork = option("createSandboxes", "live_fork", true);
      const mode = option("branchSandbox", "mode", "auto");
      return hint`fork it with ${liveFork}, or let the branch choose its mode (${mode})`;
    },
  }),
  base_gone: defineError<{ id: string; snapshot: string }>({
    status: 409,
    retryable: false,
    message: ({ id, snapshot }) =>
      `sandbox ${id} cannot be branched: the snapshot ${snapshot} that it runs from was removed`,
    hint: () => "the machine runs on; fork another from a snapshot that is there",
  }),
  capture_failed: defineError<{ id: string; phase: string; why: string }>({
    status: 500,
    retryable: true,
    message: ({ id, phase, why }) =>
      `sandbox ${id} could not be captured: ${phase} failed: ${why}; it goes on as before, and nothing was kept`,
    hint: () => "try again; see the daemon's log",
  }),
  machine_stuck: defineError<{ id: string; why: string }>({
    status: 500,
    retryable: false,
    message: ({ id, why }) => `sandbox ${id} stands still and could not be resumed: ${why}`,
    hint: ({ id }) => hint`end it: ${act("killSandbox", { id })}`,
  }),
  job_not_found: defineError<{ id: string }>({
    status: 404,
    retryable: false,
    message: ({ id }) => `there is no job ${id}`,
    hint: () => hint`list them: ${act("listJobs")}; ended ones are kept for ten minutes`,
  }),
};
