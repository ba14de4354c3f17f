import { z } from "zod";
import * as evaluation from "../schemas/evaluation.ts";
import * as guest from "../schemas/guest.ts";
import { flag, processParams, sandboxParams } from "./params.ts";
import { CODE_LIMIT_BYTES } from "./body-limits.ts";
import { IN_GUEST } from "./in-guest.ts";
import { defineRoutes } from "./route.ts";

export const guestRoutes = defineRoutes({
  ping: {
    method: "POST",
    path: "/v1/sandboxes/:id/ping",
    summary: "Ask the guest's agent how it is.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: guest.pingSchema,
    errors: IN_GUEST,
  },
  exec: {
    method: "POST",
    path: "/v1/sandboxes/:id/exec",
    summary: "Run a command in the guest.",
    params: sandboxParams,
    body: guest.execRequestSchema,
    bodyLimitBytes: CODE_LIMIT_BYTES,
    status: 200,
    reply: "exec",
    response: guest.execResultSchema,
    errors: [...IN_GUEST, "command_not_found", "guest_refused", "agent_outdated"],
  },
  eval: {
    method: "POST",
    path: "/v1/sandboxes/:id/eval",
    summary: "Evaluate code in a warm interpreter.",
    params: sandboxParams,
    body: evaluation.evalRequestSchema,
    bodyLimitBytes: CODE_LIMIT_BYTES,
    status: 200,
    reply: "eval",
    response: evaluation.evalResultSchema,
    errors: [...IN_GUEST, "interpreter_unavailable", "context_not_found", "agent_outdated"],
  },
  listProcesses: {
    method: "GET",
    path: "/v1/sandboxes/:id/processes",
    summary: "Commands that the agent started.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: z.array(guest.processInfoSchema),
    errors: IN_GUEST,
  },
  attach: {
    method: "GET",
    path: "/v1/sandboxes/:id/processes/:pid/output",
    summary: "Re-attach to a command: its buffered output, then live.",
    scope: "use",
    params: processParams,
    query: z.object({
      from_offset: z.coerce.number().int().min(0).optional().meta({
        description:
          "Begin behind so many bytes of its output, stdout and stderr together, as counted by an earlier reader.",
      }),
    }),
    status: 200,
    reply: "exec",
    response: guest.execResultSchema,
    errors: [...IN_GUEST, "guest_process_not_found", "output_lost", "agent_outdated", "guest_refused"],
  },
  waitForProcess: {
    method: "GET",
    path: "/v1/sandboxes/:id/processes/:pid/wait",
    summary: "Wait until a command has ended. Its output stays for those who read it.",
    scope: "use",
    params: processParams,
    status: 200,
    reply: "json",
    response: guest.processExitSchema,
    errors: [...IN_GUEST, "guest_process_not_found"],
  },
  writeStdin: {
    method: "POST",
    path: "/v1/sandboxes/:id/processes/:pid/stdin",
    summary: "Feed a command's standard input; the body's end closes it, unless more is to come.",
    params: processParams,
    query: z.object({
      more: flag.meta({ description: "Leave it open for what comes later." }),
    }),
    body: "bytes",
    status: 200,
    reply: "json",
    response: guest.emptySchema,
    errors: [...IN_GUEST, "guest_process_not_found", "guest_refused", "agent_outdated"],
  },
  signalProcess: {
    method: "POST",
    path: "/v1/sandboxes/:id/processes/:pid/signal",
    summary: "Send a signal.",
    params: processParams,
    body: guest.signalRequestSchema,
    status: 200,
    reply: "json",
    response: guest.emptySchema,
    errors: [...IN_GUEST, "guest_process_not_found"],
  },
  resizeTerminal: {
    method: "POST",
    path: "/v1/sandboxes/:id/processes/:pid/resize",
    summary: "Resize a command's terminal.",
    params: processParams,
    body: guest.resizeRequestSchema,
    status: 200,
    reply: "json",
    response: guest.emptySchema,
    errors: [...IN_GUEST, "guest_process_not_found"],
  },
});
