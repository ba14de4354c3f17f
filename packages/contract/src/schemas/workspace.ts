import { z } from "zod";
import { labelsSchema } from "./labels.ts";
import {
  environmentSchema,
  lifetimeSecsSchema,
  sandboxIdSchema,
  sandboxNameSchema,
  tagSchema,
} from "./primitives.ts";
import { checkNetwork } from "./network.ts";
import { checkSwap, limitFields } from "./limits.ts";
import { forkFields } from "./sandbox.ts";

export const workspaceRequestSchema = z
  .strictObject({
    name: sandboxNameSchema,
    snapshot_tag: tagSchema,
    network: forkFields.network,
    per_child_netns: forkFields.per_child_netns,
    publish: forkFields.publish,
    public_ports: forkFields.public_ports,
    ...limitFields,
    live_fork: forkFields.live_fork,
    env: environmentSchema.default({}).meta({ description: "Of all that runs in it." }),
    labels: labelsSchema.prefault({}),
    idle_timeout_secs: lifetimeSecsSchema.nullable().default(null).meta({
      description: "Suspend it when nobody has used it for this long, in seconds. Null: never by itself.",
    }),
    auto_resume: z
      .boolean()
      .default(true)
      .meta({ description: "Resume it when a request needs its guest; else that is refused." }),
  })
  .superRefine(checkSwap)
  .superRefine(checkNetwork)
  .meta({ id: "WorkspaceRequest" });

export const workspaceSuspendRequestSchema = z
  .strictObject({
    diff: z
      .boolean()
      .default(false)
      .meta({ description: "Accepted: what is kept is always the difference." }),
  })
  .meta({ id: "WorkspaceSuspendRequest" });

export const workspaceInfoSchema = z
  .object({
    id: sandboxIdSchema.meta({ description: "The id of the sandbox that it is." }),
    name: z.string(),
    source_snapshot_tag: z.string(),
    current_state_tag: z
      .string()
      .nullable()
      .meta({ description: "Always null: what it is resumed of is no snapshot." }),
    status: z.enum(["running", "paused", "suspended", "stale"]).meta({
      description: "stale: its machine has died, or this daemon cannot control it.",
    }),
    live_sandbox_id: sandboxIdSchema
      .nullable()
      .meta({ description: "The same as `id` while it has a process, else null." }),
    created_at_unix: z.number().int(),
    last_active_unix: z.number().int().meta({ description: "When it was last used." }),
    last_branch_memory_path: z.string().nullable(),
  })
  .meta({ id: "WorkspaceInfo" });
