import { consoleExcerpt, defineError } from "./definition.ts";
import { describeNameOf } from "./near-names.ts";
import type { NameOf } from "./near-names.ts";
import { act, hint, option } from "../hints/hint.ts";

/** Sandboxes: forking, limiting, losing them. */
export const SANDBOX_ERRORS = {
  sandbox_not_found: defineError<{ id: string; is?: NameOf; near?: string }>({
    status: 404,
    retryable: false,
    message: ({ id, is }) => `there is no sandbox ${id}${describeNameOf(is)}`,
    hint: ({ id, is, near }) => {
      if (is === "snapshot") {
        const fork = act("createSandboxes", { snapshot_tag: id });
        return hint`its sandboxes: ${act("listSandboxes", { tag: id })}; a new one: ${fork}`;
      }
      if (is === "image")
        return hint`make a snapshot of it, and fork that: ${act("createSnapshot", { tag: null, image: id })}`;
      const list = act("listSandboxes");
      return near === undefined ? hint`list them: ${list}` : hint`did you mean ${near}? ${list} lists them`;
    },
  }),
  workspace_not_found: defineError<{ name: string; isSandbox: boolean }>({
    status: 404,
    retryable: false,
    message: ({ name, isSandbox }) =>
      `there is no workspace ${name}${isSandbox ? "; it is a sandbox that is none" : ""}`,
    hint: () => hint`list them: ${act("listWorkspaces")}`,
  }),
  name_taken: defineError<{ name: string; id: string | null }>({
    status: 409,
    retryable: false,
    message: ({ name, id }) =>
      `the name ${name} is taken ${id === null ? "by a sandbox that is being forked" : `by sandbox ${id}`}`,
    hint: ({ id }) =>
      id === null
        ? "choose another name"
        : hint`choose another name, or end it: ${act("killSandbox", { id })}`,
  }),
  sandbox_dead: defineError<{ id: string; why: string; console: string[] }>({
    status: 409,
    retryable: false,
    message: ({ id, why, console }) => `sandbox ${id} is dead: ${why}${consoleExcerpt(console)}`,
    hint: ({ id }) => hint`see '${act("logs", { id })}', then fork another`,
  }),
  sandbox_paused: defineError<{ id: string }>({
    status: 409,
    retryable: true,
    message: ({ id }) => `sandbox ${id} is paused, and nothing runs in it`,
    hint: ({ id }) => {
      const resume = act("resumeSandbox", { id });
      return hint`resume it: ${resume}; a fork with ${option("createSandboxes", "auto_resume", true)} resumes by itself`;
    },
  }),
  sandbox_suspended: defineError<{ id: string }>({
    status: 409,
    retryable: true,
    message: ({ id }) => `sandbox ${id} is suspended: it is on disk, and nothing runs in it`,
    hint: ({ id }) => {
      const resume = act("resumeSandbox", { id });
      return hint`resume it: ${resume}; a fork with ${option("createSandboxes", "auto_resume", true)} resumes by itself`;
    },
  }),
  suspended_state_damaged: defineError<{ id: string; file: string; why: string }>({
    status: 409,
    retryable: false,
    message: ({ id, file, why }) => `sandbox ${id} stays suspended: ${file} ${why}`,
    hint: ({ id }) =>
      hint`nothing of it was changed; put the file back as it was, or end it: ${act("killSandbox", { id })}`,
  }),
  resume_failed: defineError<{ id: string; why: string; console: string[] }>({
    status: 500,
    retryable: true,
    message: ({ id, why, console }) =>
      `sandbox ${id} stays suspended, for its machine did not start: ${why}${consoleExcerpt(console)}`,
    hint: () => hint`see the daemon's log; ${act("doctor")} checks the host`,
  }),
  sandbox_unmanaged: defineError<{ id: string; why: string }>({
    status: 409,
    retryable: true,
    message: ({ id, why }) => `this daemon cannot take over sandbox ${id}, and leaves it as it is: ${why}`,
    hint: ({ id }) =>
      hint`try again: ${act("adoptSandbox", { id })}; or end it: ${act("killSandbox", { id })}`,
  }),
  sandbox_quota: defineError<{ limit: number; running: number; wanted: number }>({
    status: 429,
    retryable: true,
    message: ({ limit, running, wanted }) =>
      `${wanted} more sandboxes would pass the limit of ${limit}: ${running} are running`,
    hint: () => hint`end some (${act("killSandbox")}), or raise FORKD_MAX_SANDBOXES`,
  }),
  memory_limit_too_small: defineError<{ limitMib: number; guestMib: number }>({
    status: 400,
    retryable: false,
    message: ({ limitMib, guestMib }) =>
      `a memory limit of ${limitMib} MiB is below the ${guestMib} MiB that its guest has`,
    hint: ({ guestMib }) => `ask for at least ${guestMib} MiB, or make the snapshot with less memory`,
  }),
  memory_limit_unavailable: defineError<{ why: string }>({
    status: 409,
    retryable: false,
    message: ({ why }) => `a memory limit cannot be put in force here: ${why}`,
    hint: () =>
      hint`run the daemon as root or under a delegated cgroup, or leave the limit away; see ${act("doctor")}`,
  }),
  task_limit_too_small: defineError<{ limit: number; least: number }>({
    status: 400,
    retryable: false,
    message: ({ limit, least }) =>
      `a limit of ${limit} tasks is below the ${least} threads that a machine's VMM can need`,
    hint: ({ least }) => `ask for at least ${least}`,
  }),
  limit_unavailable: defineError<{ limit: "CPU" | "task" | "disk"; why: string }>({
    status: 409,
    retryable: false,
    message: ({ limit, why }) => `a ${limit} limit cannot be put in force here: ${why}`,
    hint: () =>
      hint`run the daemon as root or under a delegated cgroup, or leave the limit away; see ${act("doctor")}`,
  }),
  restore_failed: defineError<{ tag: string; why: string; console: string[] }>({
    status: 500,
    retryable: true,
    message: ({ tag, why, console }) => `a child of ${tag} did not start: ${why}${consoleExcerpt(console)}`,
    hint: () => hint`see the daemon's log; ${act("doctor")} checks the host`,
  }),
  fork_failed: defineError<{
    tag: string;
    wanted: number;
    failures: { child_index: number; code: string; error: string }[];
  }>({
    status: 500,
    retryable: true,
    message: ({ tag, wanted, failures }) =>
      `${failures.length} of ${wanted} children of ${tag} failed, and the others were ended; ` +
      `child ${failures[0]?.child_index}: ${failures[0]?.error}`,
    hint: () =>
      hint`details.failures names each; ${option("createSandboxes", "on_failure", "keep")} keeps those that start`,
  }),
  fork_contract_failed: defineError<{ id: string; step: string; why: string }>({
    status: 500,
    retryable: true,
    message: ({ id, step, why }) => `sandbox ${id} could not be made a machine of its own: ${step}: ${why}`,
    hint: () => "a child that breaks the fork contract is ended; see docs/design/fork-contract.md",
  }),
};
