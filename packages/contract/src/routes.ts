import { z } from "zod";
import type { ErrorCode } from "./errors/catalogue.ts";
import * as guest from "./schemas/guest.ts";
import * as image from "./schemas/image.ts";
import {
  fileModeSchema,
  guestPathSchema,
  imageIdSchema,
  sandboxIdSchema,
  tagSchema,
} from "./schemas/primitives.ts";
import * as sandbox from "./schemas/sandbox.ts";
import * as snapshot from "./schemas/snapshot.ts";
import * as system from "./schemas/system.ts";

/** How a route answers: a JSON body, JSON or progress lines, JSON or exec lines, raw bytes, or nothing. */
export type ReplyKind = "json" | "progress" | "exec" | "bytes" | "empty";

/** One row of the route table. Paths are written as Fastify's: `/v1/sandboxes/:id`. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A schema for JSON, or `"bytes"` for a raw streamed body. */
  readonly body?: z.ZodType | "bytes";
  readonly status: 200 | 201 | 204;
  readonly reply: ReplyKind;
  readonly response?: z.ZodType;
  readonly errors: readonly ErrorCode[];
}

const define = <const R extends Record<string, Route>>(routes: R): R => routes;
const flag = z.stringbool().default(false);
const sandboxParams = z.object({ id: sandboxIdSchema });
const processParams = z.object({ id: sandboxIdSchema, pid: z.coerce.number().int().min(1).max(4_194_304) });
const inGuest = [
  "sandbox_not_found",
  "sandbox_dead",
  "agent_unreachable",
  "agent_timeout",
  "agent_protocol",
] as const;

const systemRoutes = define({
  health: {
    method: "GET",
    path: "/healthz",
    summary: "Whether the daemon answers.",
    status: 200,
    reply: "json",
    response: system.healthSchema,
    errors: [],
  },
  version: {
    method: "GET",
    path: "/version",
    summary: "Versions of daemon and API.",
    status: 200,
    reply: "json",
    response: system.versionSchema,
    errors: [],
  },
  capabilities: {
    method: "GET",
    path: "/v1/capabilities",
    summary: "What this host can do, and why.",
    status: 200,
    reply: "json",
    response: system.capabilitiesSchema,
    errors: ["requirement_missing"],
  },
  doctor: {
    method: "GET",
    path: "/v1/doctor",
    summary: "Every requirement: state, why, how to mend.",
    status: 200,
    reply: "json",
    response: system.doctorSchema,
    errors: [],
  },
  stop: {
    method: "POST",
    path: "/v1/stop",
    summary: "Stop the daemon.",
    body: system.stopRequestSchema,
    status: 200,
    reply: "json",
    response: guest.emptySchema,
    errors: [],
  },
});

const imageRoutes = define({
  listImages: {
    method: "GET",
    path: "/v1/images",
    summary: "List root images.",
    status: 200,
    reply: "json",
    response: z.array(image.imageInfoSchema),
    errors: [],
  },
  buildImage: {
    method: "POST",
    path: "/v1/images",
    summary: "Build a root image, or find the one of the same recipe.",
    body: image.imageBuildRequestSchema,
    status: 201,
    reply: "progress",
    response: image.imageInfoSchema,
    errors: ["image_build_failed", "requirement_missing", "disk_full"],
  },
  deleteImage: {
    method: "DELETE",
    path: "/v1/images/:image",
    summary: "Remove a root image.",
    params: z.object({ image: tagSchema.or(imageIdSchema) }),
    status: 204,
    reply: "empty",
    errors: ["image_not_found", "image_in_use"],
  },
});

const snapshotRoutes = define({
  listSnapshots: {
    method: "GET",
    path: "/v1/snapshots",
    summary: "List snapshots, those being written too.",
    status: 200,
    reply: "json",
    response: z.array(snapshot.snapshotInfoSchema),
    errors: [],
  },
  getSnapshot: {
    method: "GET",
    path: "/v1/snapshots/:tag",
    summary: "One snapshot.",
    params: z.object({ tag: tagSchema }),
    status: 200,
    reply: "json",
    response: snapshot.snapshotInfoSchema,
    errors: ["snapshot_not_found"],
  },
  createSnapshot: {
    method: "POST",
    path: "/v1/snapshots",
    summary: "Boot an image, warm it up, freeze it.",
    body: snapshot.snapshotRequestSchema,
    status: 201,
    reply: "progress",
    response: snapshot.snapshotInfoSchema,
    errors: [
      "snapshot_exists",
      "image_not_found",
      "image_corrupt",
      "kernel_unavailable",
      "boot_failed",
      "warm_up_failed",
      "never_ready",
      "interpreter_unavailable",
      "requirement_missing",
      "disk_full",
    ],
  },
  deleteSnapshot: {
    method: "DELETE",
    path: "/v1/snapshots/:tag",
    summary: "Remove a snapshot.",
    params: z.object({ tag: tagSchema }),
    query: z.object({ force: flag.meta({ description: "Also when machines run from it; they go on." }) }),
    status: 204,
    reply: "empty",
    errors: ["snapshot_not_found", "snapshot_in_use"],
  },
});

const sandboxRoutes = define({
  listSandboxes: {
    method: "GET",
    path: "/v1/sandboxes",
    summary: "List machines, dead ones for ten minutes too.",
    status: 200,
    reply: "json",
    response: z.array(sandbox.sandboxInfoSchema),
    errors: [],
  },
  createSandboxes: {
    method: "POST",
    path: "/v1/sandboxes",
    summary: "Fork children from a snapshot.",
    body: sandbox.sandboxRequestSchema,
    status: 201,
    reply: "progress",
    response: z.array(sandbox.sandboxInfoSchema),
    errors: [
      "snapshot_not_found",
      "snapshot_not_ready",
      "snapshot_corrupt",
      "snapshot_incompatible",
      "sandbox_quota",
      "memory_limit_too_small",
      "memory_limit_unavailable",
      "unsupported_option",
      "fork_failed",
      "disk_full",
    ],
  },
  getSandbox: {
    method: "GET",
    path: "/v1/sandboxes/:id",
    summary: "One machine.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: sandbox.sandboxInfoSchema,
    errors: ["sandbox_not_found"],
  },
  killSandbox: {
    method: "DELETE",
    path: "/v1/sandboxes/:id",
    summary: "End one machine.",
    params: sandboxParams,
    status: 204,
    reply: "empty",
    errors: ["sandbox_not_found"],
  },
  killSandboxes: {
    method: "DELETE",
    path: "/v1/sandboxes",
    summary: "End all machines, or those of one tag.",
    query: z.object({ tag: tagSchema.optional() }),
    status: 200,
    reply: "json",
    response: sandbox.killReportSchema,
    errors: [],
  },
  ping: {
    method: "POST",
    path: "/v1/sandboxes/:id/ping",
    summary: "Ask the guest's agent how it is.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: guest.pingSchema,
    errors: inGuest,
  },
  logs: {
    method: "GET",
    path: "/v1/sandboxes/:id/logs",
    summary: "The console, or what the VMM said.",
    params: sandboxParams,
    query: z.object({
      source: z.enum(["console", "vmm"]).default("console"),
      tail: z.coerce
        .number()
        .int()
        .min(1)
        .max(100_000)
        .optional()
        .meta({ description: "Only the last lines." }),
      follow: flag.meta({ description: "Go on until the machine ends." }),
    }),
    status: 200,
    reply: "bytes",
    errors: ["sandbox_not_found"],
  },
});

const guestRoutes = define({
  exec: {
    method: "POST",
    path: "/v1/sandboxes/:id/exec",
    summary: "Run a command in the guest.",
    params: sandboxParams,
    body: guest.execRequestSchema,
    status: 200,
    reply: "exec",
    response: guest.execResultSchema,
    errors: [...inGuest, "command_not_found", "guest_refused"],
  },
  eval: {
    method: "POST",
    path: "/v1/sandboxes/:id/eval",
    summary: "Evaluate code in a warm interpreter.",
    params: sandboxParams,
    body: guest.evalRequestSchema,
    status: 200,
    reply: "json",
    response: guest.evalResultSchema,
    errors: [...inGuest, "interpreter_unavailable"],
  },
  listProcesses: {
    method: "GET",
    path: "/v1/sandboxes/:id/processes",
    summary: "Commands that the agent started.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: z.array(guest.processInfoSchema),
    errors: inGuest,
  },
  attach: {
    method: "GET",
    path: "/v1/sandboxes/:id/processes/:pid/output",
    summary: "Re-attach to a command: its buffered output, then live.",
    params: processParams,
    status: 200,
    reply: "exec",
    response: guest.execResultSchema,
    errors: [...inGuest, "guest_process_not_found"],
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
    errors: [...inGuest, "guest_process_not_found"],
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
    errors: [...inGuest, "guest_process_not_found"],
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
    errors: [...inGuest, "guest_process_not_found"],
  },
  readFile: {
    method: "GET",
    path: "/v1/sandboxes/:id/files",
    summary: "Read a file.",
    params: sandboxParams,
    query: z.object({ path: guestPathSchema }),
    status: 200,
    reply: "bytes",
    errors: [...inGuest, "guest_file_not_found", "guest_refused"],
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
    errors: [...inGuest, "guest_refused"],
  },
});

/** Every route of the daemon, by the name of its operation. */
export const ROUTES = define({
  ...systemRoutes,
  ...imageRoutes,
  ...snapshotRoutes,
  ...sandboxRoutes,
  ...guestRoutes,
});

export type Operation = keyof typeof ROUTES;
