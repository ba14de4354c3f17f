import { z } from "zod";
import { groupRequestSchema } from "../schemas/group.ts";
import { sandboxInfoSchema } from "../schemas/sandbox.ts";
import { CHILDREN_LIMIT_BYTES } from "./body-limits.ts";
import { defineRoutes } from "./route.ts";
import { sandboxRoutes } from "./sandboxes.ts";

export const groupRoutes = defineRoutes({
  createGroup: {
    method: "POST",
    path: "/v1/groups",
    summary: "Fork children from several snapshots, linked to each other: all of them or none.",
    body: groupRequestSchema,
    bodyLimitBytes: CHILDREN_LIMIT_BYTES,
    keyed: true,
    status: 201,
    reply: "progress",
    response: z.array(sandboxInfoSchema),
    errors: [
      ...sandboxRoutes.createSandboxes.errors,
      "requirement_missing",
      "network_failed",
      "out_of_resources",
    ],
  },
});
