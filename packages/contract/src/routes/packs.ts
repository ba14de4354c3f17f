import { z } from "zod";
import * as pack from "../schemas/pack.ts";
import { tagSchema } from "../schemas/primitives.ts";
import { KEYS_LIMIT_BYTES } from "./body-limits.ts";
import { defineRoutes } from "./route.ts";

const tagParams = z.object({ tag: tagSchema });

export const packRoutes = defineRoutes({
  packSnapshot: {
    method: "POST",
    path: "/v1/snapshots/:tag/pack",
    summary: "Write a snapshot, with all that it stands on, to one file.",
    scope: "admin",
    params: tagParams,
    body: pack.packRequestSchema,
    keyed: true,
    status: 201,
    reply: "progress",
    response: pack.packInfoSchema,
    errors: ["snapshot_not_found", "snapshot_corrupt", "invalid_request", "disk_full"],
  },
  pushSnapshot: {
    method: "POST",
    path: "/v1/snapshots/:tag/push",
    summary: "Push a snapshot to an OCI registry, less what is there already.",
    scope: "admin",
    params: tagParams,
    body: pack.pushRequestSchema,
    keyed: true,
    status: 201,
    reply: "progress",
    response: pack.pushInfoSchema,
    errors: ["snapshot_not_found", "snapshot_corrupt", "registry_failed"],
  },
  pullSnapshot: {
    method: "POST",
    path: "/v1/snapshots/pull",
    summary: "Get a snapshot out of a pack: a file, a URL, an OCI registry, or an index.",
    scope: "admin",
    body: pack.pullRequestSchema,
    bodyLimitBytes: KEYS_LIMIT_BYTES,
    keyed: true,
    status: 201,
    reply: "progress",
    response: pack.pullInfoSchema,
    errors: [
      "pack_not_found",
      "pack_invalid",
      "pack_incompatible",
      "pack_too_large",
      "signature_required",
      "signature_invalid",
      "registry_failed",
      "snapshot_exists",
      "disk_full",
    ],
  },
});
