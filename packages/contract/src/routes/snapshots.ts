import { z } from "zod";
import * as snapshot from "../schemas/snapshot.ts";
import { tagSchema } from "../schemas/primitives.ts";
import { flag } from "./params.ts";
import { defineRoutes } from "./route.ts";

export const snapshotRoutes = defineRoutes({
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
      "warm_up_timeout",
      "parent_died",
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
