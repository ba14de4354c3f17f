import { z } from "zod";
import * as lineage from "../schemas/lineage.ts";
import * as snapshot from "../schemas/snapshot.ts";
import { tagSchema } from "../schemas/primitives.ts";
import { flag, pageFields } from "./params.ts";
import { WARM_UP_LIMIT_BYTES } from "./body-limits.ts";
import { defineRoutes } from "./route.ts";

export const snapshotRoutes = defineRoutes({
  listSnapshots: {
    method: "GET",
    path: "/v1/snapshots",
    summary: "List snapshots, those being written too.",
    query: z.object(pageFields),
    status: 200,
    reply: "page",
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
    bodyLimitBytes: WARM_UP_LIMIT_BYTES,
    keyed: true,
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
      "service_ended",
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
    query: z
      .object({
        force: flag.meta({
          description:
            "Also when machines run from it, which go on, or snapshots stand on it, which keep the layers they need.",
        }),
        cascade: flag.meta({ description: "Remove the snapshots that stand on it too." }),
      })
      .refine(({ force, cascade }) => !(force && cascade), {
        path: ["cascade"],
        message: "cannot be told together with force",
      }),
    status: 200,
    reply: "json",
    response: snapshot.snapshotRemovalSchema,
    errors: ["snapshot_not_found", "snapshot_not_ready", "snapshot_in_use", "snapshot_has_dependents"],
  },
  snapshotDetail: {
    method: "GET",
    path: "/v1/snapshots/:tag/info",
    summary: "A snapshot among its relatives, with sizes.",
    params: z.object({ tag: tagSchema }),
    status: 200,
    reply: "json",
    response: lineage.snapshotDetailSchema,
    errors: ["snapshot_not_found", "snapshot_corrupt"],
  },
  compactSnapshot: {
    method: "POST",
    path: "/v1/snapshots/:tag/compact",
    summary: "Make a snapshot of the same content that stands alone.",
    params: z.object({ tag: tagSchema }),
    body: lineage.compactRequestSchema,
    keyed: true,
    status: 201,
    reply: "progress",
    response: snapshot.snapshotInfoSchema,
    errors: ["snapshot_not_found", "snapshot_exists", "snapshot_corrupt", "disk_full"],
  },
  tree: {
    method: "GET",
    path: "/v1/tree",
    summary: "Snapshots and sandboxes with what they come from.",
    status: 200,
    reply: "json",
    response: lineage.treeSchema,
    errors: [],
  },
  collectGarbage: {
    method: "POST",
    path: "/v1/gc",
    summary: "Remove what nothing points to.",
    scope: "admin",
    body: lineage.garbageRequestSchema,
    status: 200,
    reply: "json",
    response: lineage.garbageReportSchema,
    errors: [],
  },
});
