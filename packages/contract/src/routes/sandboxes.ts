import { z } from "zod";
import * as branch from "../schemas/branch.ts";
import * as sandbox from "../schemas/sandbox.ts";
import { tagSchema } from "../schemas/primitives.ts";
import { flag, sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

/** Environment and small files for each of a thousand children. */
const CHILDREN_LIMIT_BYTES = 64 * 1024 * 1024;

export const sandboxRoutes = defineRoutes({
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
    bodyLimitBytes: CHILDREN_LIMIT_BYTES,
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
  adoptSandbox: {
    method: "POST",
    path: "/v1/sandboxes/:id/adopt",
    summary: "Try again to take over a machine that an earlier daemon left.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: sandbox.sandboxInfoSchema,
    errors: ["sandbox_not_found", "sandbox_unmanaged"],
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
  branchSandbox: {
    method: "POST",
    path: "/v1/sandboxes/:id/branch",
    summary: "Make a snapshot of a running machine, which runs on.",
    params: sandboxParams,
    body: branch.branchRequestSchema,
    status: 201,
    statusWithoutWait: 202,
    reply: "json",
    response: branch.branchInfoSchema,
    errors: [
      "sandbox_not_found",
      "sandbox_dead",
      "sandbox_unmanaged",
      "snapshot_exists",
      "branch_busy",
      "branch_in_progress",
      "live_unavailable",
      "base_gone",
      "chain_too_deep",
      "capture_failed",
      "machine_stuck",
      "disk_full",
    ],
  },
  forkSandbox: {
    method: "POST",
    path: "/v1/sandboxes/:id/fork",
    summary: "Fork children from a running machine, which runs on.",
    params: sandboxParams,
    body: branch.sandboxForkRequestSchema,
    bodyLimitBytes: CHILDREN_LIMIT_BYTES,
    status: 201,
    reply: "progress",
    response: z.array(sandbox.sandboxInfoSchema),
    errors: [
      "sandbox_not_found",
      "sandbox_dead",
      "sandbox_unmanaged",
      "sandbox_quota",
      "branch_busy",
      "branch_in_progress",
      "base_gone",
      "capture_failed",
      "machine_stuck",
      "memory_limit_too_small",
      "memory_limit_unavailable",
      "unsupported_option",
      "fork_failed",
      "out_of_resources",
      "disk_full",
    ],
  },
});
