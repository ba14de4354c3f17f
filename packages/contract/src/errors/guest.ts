import { defineError } from "./definition.ts";
import { act, hint } from "../hints/hint.ts";

/** The Debian packages that have the interpreters. */
const PACKAGES: Readonly<Record<string, string>> = { python: "python3", node: "nodejs", bash: "bash" };

/** What happens inside of a guest, or between it and us. */
export const GUEST_ERRORS = {
  command_not_found: defineError<{ command: string }>({
    status: 422,
    retryable: false,
    message: ({ command }) => `there is no command ${command} in the guest`,
    hint: () => "give a path, or build the image with the package that has it",
  }),
  interpreter_unavailable: defineError<{ language: string; why: string }>({
    status: 409,
    retryable: false,
    message: ({ language, why }) => `no ${language} interpreter answers in the guest: ${why}`,
    hint: ({ language }) =>
      `build the image with ${PACKAGES[language] ?? language}, or use exec instead of eval`,
  }),
  context_not_found: defineError<{ context: string }>({
    status: 404,
    retryable: false,
    message: ({ context }) => `there is no context ${context} in the guest`,
    hint: () => hint`list them: ${act("listContexts", { id: null })}`,
  }),
  too_many_contexts: defineError<{ why: string }>({
    status: 409,
    retryable: false,
    message: ({ why }) => `the guest starts no other context: ${why}`,
    hint: () => hint`remove one: ${act("removeContext", { id: null, context: null })}`,
  }),
  guest_process_not_found: defineError<{ pid: number }>({
    status: 404,
    retryable: false,
    message: ({ pid }) => `there is no process ${pid} that the agent started`,
    hint: () => "the pid is in the start event of exec",
  }),
  output_lost: defineError<{ pid: number; from: number; kept_from: number }>({
    status: 410,
    retryable: false,
    message: ({ pid, from, kept_from: kept }) =>
      `${kept - from} bytes of the output of process ${pid} are lost: it was asked for from byte ${from}, and is kept ` +
      `from byte ${kept}`,
    hint: () => "go on from there; a command that is started lossless waits for its reader instead",
  }),
  agent_outdated: defineError<{ what: string }>({
    status: 409,
    retryable: false,
    message: ({ what }) => `this sandbox's snapshot has an older agent, which cannot ${what}`,
    hint: () => "make the snapshot anew, and fork from that",
  }),
  guest_file_not_found: defineError<{ path: string }>({
    status: 404,
    retryable: false,
    message: ({ path }) => `there is no file ${path} in the guest`,
    hint: () => hint`look with: ${act("exec", { id: null, args: ["ls", "-la"] })}`,
  }),
  guest_refused: defineError<{ request: string; code: string; why: string }>({
    status: 422,
    retryable: false,
    message: ({ request, code, why }) => `the guest refused ${request}: ${why} (${code})`,
    hint: () => "mend the request; the sandbox goes on",
  }),
  tar_failed: defineError<{ id: string; why: string }>({
    status: 422,
    retryable: false,
    message: ({ id, why }) => `tar failed on ${id}: ${why}`,
    hint: () => "check the paths, the rights, and the space that is left on both sides",
  }),
  range_not_satisfiable: defineError<{ path: string; why: string }>({
    status: 416,
    retryable: false,
    message: ({ path, why }) => `there is nothing of ${path} in that range: ${why}`,
    hint: () => "ask for a range that begins before the file's end",
  }),
  agent_unreachable: defineError<{ why: string }>({
    status: 502,
    retryable: true,
    message: ({ why }) => `the guest's agent cannot be reached: ${why}`,
    hint: () => hint`the guest may be out of memory or shutting down: see ${act("logs")}`,
  }),
  agent_timeout: defineError<{ request: string; timeoutMs: number }>({
    status: 504,
    retryable: true,
    message: ({ request, timeoutMs }) => `the guest's agent did not answer ${request} within ${timeoutMs} ms`,
    hint: () => hint`the guest may be overloaded or stopped: see ${act("logs")}`,
  }),
  agent_protocol: defineError<{ why: string }>({
    status: 502,
    retryable: false,
    message: ({ why }) => `the guest's agent broke the protocol: ${why}`,
    hint: () => hint`the guest is not to be trusted any more: end it with ${act("killSandbox")}`,
  }),
};
