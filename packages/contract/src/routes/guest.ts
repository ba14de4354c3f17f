import { z } from "zod";
import type { ErrorCode } from "../errors/catalogue.ts";
import * as guest from "../schemas/guest.ts";
import { fileModeSchema, guestPathSchema } from "../schemas/primitives.ts";
import { processParams, sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

const IN_GUEST: readonly ErrorCode[] = [
  "sandbox_not_found",
  "sandbox_dead",
  "sandbox_unmanaged",
  "agent_unreachable",
  "agent_timeout",
  "agent_protocol",
];

/** A million characters of code or input, each escaped; more arguments than Linux takes fit too. */
const CODE_LIMIT_BYTES = 8 * 1024 * 1024;

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
    errors: [...IN_GUEST, "command_not_found", "guest_refused"],
  },
  eval: {
    method: "POST",
    path: "/v1/sandboxes/:id/eval",
    summary: "Evaluate code in a warm interpreter.",
    params: sandboxParams,
    body: guest.evalRequestSchema,
    bodyLimitBytes: CODE_LIMIT_BYTES,
    status: 200,
    reply: "json",
    response: guest.evalResultSchema,
    errors: [...IN_GUEST, "interpreter_unavailable"],
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
    params: processParams,
    status: 200,
    reply: "exec",
    response: guest.execResultSchema,
    errors: [...IN_GUEST, "guest_process_not_found"],
  },
  writeStdin: {
    method: "POST",
    path: "/v1/sandboxes/:id/processes/:pid/stdin",
    summary: "Feed a command's standard input; the body's end closes it.",
    params: processParams,
    body: "bytes",
    status: 200,
    reply: "json",
    response: guest.emptySchema,
    errors: [...IN_GUEST, "guest_process_not_found"],
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
  readFile: {
    method: "GET",
    path: "/v1/sandboxes/:id/files",
    summary: "Read a file.",
    params: sandboxParams,
    query: z.object({ path: guestPathSchema }),
    status: 200,
    reply: "bytes",
    errors: [...IN_GUEST, "guest_file_not_found", "guest_refused"],
  },
  writeFile: {
    method: "PUT",
    path: "/v1/sandboxes/:id/files",
    summary: "Write a file, whole or not at all.",
    params: sandboxParams,
    query: z.object({
      path: guestPathSchema,
      mode: fileModeSchema.default("0644"),
      user: z.string().max(32).optional(),
    }),
    body: "bytes",
    status: 200,
    reply: "json",
    response: guest.writeReportSchema,
    errors: [...IN_GUEST, "guest_refused"],
  },
});
