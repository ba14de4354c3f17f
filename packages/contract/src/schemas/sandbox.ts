import { z } from "zod";
import { MAX_NAME_LENGTH } from "../names.ts";
import { checkNetwork, networkInfoSchema, networkRequestSchema, networkUpdateSchema } from "./network.ts";
import type { CheckedNetwork } from "./network.ts";
import { publishSchema, publishedPortSchema } from "./port.ts";
import { checkSwap, limitChangeFields, limitFields, limitInfoFields } from "./limits.ts";
import type { LimitedMemory } from "./limits.ts";
import { labelChangesSchema, labelsSchema } from "./labels.ts";
import {
  environmentSchema,
  inlineFileSchema,
  sandboxIdSchema,
  sandboxNameSchema,
  snapshotIdSchema,
  tagSchema,
  lifetimeSecsSchema,
} from "./primitives.ts";

export const childSpecSchema = z
  .strictObject({
    env: environmentSchema.default({}),
    files: z.array(inlineFileSchema).max(64).default([]),
    args: z
      .array(z.string().max(8192))
      .max(64)
      .default([])
      .meta({ description: "Published in /run/forkd/fork.json." }),
    hostname: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be a host name label")
      .optional(),
  })
  .meta({ id: "ChildSpec" });

/** What is done with a machine whose time is over. */
export const endActionSchema = z.enum(["kill", "pause", "suspend"]).meta({
  description: "kill: end it. pause: let it stand still, with its memory. suspend: put it on disk.",
});

/** What a fork asks for, whatever it forks from. */
export const forkFields = {
  n: z.number().int().min(1).max(1000).default(1).meta({ description: "How many children." }),
  ...limitFields,
  env: environmentSchema.default({}).meta({ description: "For every child." }),
  children: z
    .array(childSpecSchema)
    .max(1000)
    .default([])
    .meta({ description: "What the child of the same index gets on top; at most n." }),
  ttl_secs: lifetimeSecsSchema.nullable().default(null).meta({
    description: "How long it lives, in seconds, whatever it does; at most ten years. Null: no limit.",
  }),
  on_timeout: endActionSchema.default("kill").meta({
    description: "What is done when ttl_secs are over. A resume begins them anew once they are.",
  }),
  idle_timeout_secs: lifetimeSecsSchema.nullable().default(null).meta({
    description:
      "How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit.",
  }),
  on_idle: endActionSchema.default("suspend").meta({
    description: "What is done when idle_timeout_secs are over.",
  }),
  name: sandboxNameSchema.nullable().default(null).meta({
    description:
      "The child's name, which no other living sandbox has; of n children, name-0, name-1, and so on.",
  }),
  labels: labelsSchema.prefault({}),
  wait: z
    .enum(["ready"])
    .default("ready")
    .meta({ description: "Answer once the fork contract holds in every child." }),
  on_failure: z.enum(["undo", "keep"]).default("undo").meta({
    description:
      "When some children fail: end the others, or keep those that start and list the failed ones as dead.",
  }),
  network: networkRequestSchema.prefault({}),
  publish: publishSchema.default([]),
  per_child_netns: z.boolean().default(false).meta({ description: "The same as network.mode netns." }),
  prewarm: z
    .boolean()
    .default(false)
    .meta({ description: "Accepted; see option_notes in the capabilities for why it changes nothing." }),
  live_fork: z
    .boolean()
    .default(false)
    .meta({ description: "Keep the children's memory where they can be branched live." }),
  auto_resume: z.boolean().default(false).meta({
    description: "Resume a paused or suspended child when a request needs its guest; else that is refused.",
  }),
  public_ports: z.boolean().default(false).meta({
    description:
      "By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token.",
  }),
  hugepages: z
    .boolean()
    .default(false)
    .meta({ description: "Accepted; see option_notes in the capabilities." }),
};

interface CheckedFork extends LimitedMemory, CheckedNetwork {
  readonly children: readonly unknown[];
  readonly n: number;
  readonly name: string | null;
  readonly publish: readonly { readonly host_port: number | null }[];
}

/** What must fit together in a fork: each entry of `children` needs a child, and each name its place. */
export function checkFork(
  { children, n, name, publish, ...rest }: CheckedFork,
  context: z.RefinementCtx,
): void {
  checkSwap(rest, context);
  checkNetwork(rest, context);
  if (children.length > n)
    context.addIssue({ code: "custom", path: ["children"], message: "has more entries than n" });
  publish.forEach(({ host_port: hostPort }, index) => {
    if (hostPort !== null && n > 1)
      context.addIssue({
        code: "custom",
        path: ["publish", index, "host_port"],
        message: "is one port, and there are n children: leave it away",
      });
  });
  if (name !== null && n > 1 && name.length + String(n - 1).length + 1 > MAX_NAME_LENGTH)
    context.addIssue({
      code: "custom",
      path: ["name"],
      message: "is too long with the numbers of n children",
    });
}

export const sandboxRequestSchema = z
  .strictObject({ snapshot_tag: tagSchema, ...forkFields })
  .superRefine(checkFork)
  .meta({ id: "SandboxRequest" });

export const sandboxStatusSchema = z
  .enum(["running", "paused", "suspended", "dead", "adopting", "unmanaged"])
  .meta({
    description:
      "paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. " +
      "unmanaged: the daemon cannot control it.",
  });

export const sandboxInfoSchema = z
  .object({
    id: sandboxIdSchema,
    name: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    snapshot_tag: z.string(),
    snapshot_id: snapshotIdSchema
      .nullable()
      .meta({ description: "Null for an unmanaged machine whose record is damaged." }),
    status: sandboxStatusSchema,
    child_index: z.number().int(),
    hostname: z.string(),
    pid: z.number().int().nullable().meta({ description: "The VMM's process on the host." }),
    network: networkInfoSchema,
    netns: z.string().nullable().meta({ description: "The name of its network namespace, in that mode." }),
    guest_addr: z
      .string()
      .nullable()
      .meta({ description: "Where this host reaches the guest, in mode netns while it has a process." }),
    link_addr: z
      .string()
      .nullable()
      .meta({ description: "Where the members of its group reach it, while it has a process." }),
    published_ports: z
      .array(publishedPortSchema)
      .meta({ description: "Ports of its guest that are ports of the host's loopback." }),
    created_at_unix: z.number().int(),
    expires_at_unix: z.number().int().nullable(),
    on_timeout: endActionSchema,
    idle_timeout_secs: z.number().nullable(),
    on_idle: endActionSchema,
    memory_mib: z.number().int(),
    ...limitInfoFields,
    vcpus: z.number().int(),
    restore_ms: z.number().meta({ description: "From the VMM's start until the guest's vCPUs ran." }),
    ready_ms: z.number().meta({ description: "From the VMM's start until the fork contract held." }),
    live_fork: z.boolean().meta({ description: "Whether it can be branched live." }),
    public_ports: z.boolean().meta({ description: "Whether its ports can be reached without a token." }),
    auto_resume: z.boolean().meta({ description: "Whether a request that needs its guest resumes it." }),
    has_branched: z.boolean(),
    branch_count: z.number().int(),
    last_branch_memory_path: z.string().nullable(),
    died: z
      .object({ at_unix: z.number().int(), why: z.string(), console: z.array(z.string()) })
      .nullable()
      .meta({ description: "Why and when a dead machine died, with its last console lines." }),
    unmanaged_why: z
      .string()
      .nullable()
      .meta({ description: "Why an unmanaged machine could not be taken over." }),
  })
  .meta({ id: "SandboxInfo" });

export const sandboxUpdateSchema = z
  .strictObject({
    name: sandboxNameSchema.nullable().optional().meta({ description: "Null takes it away." }),
    labels: labelChangesSchema.nullable().optional(),
    ttl_secs: lifetimeSecsSchema.nullable().optional().meta({
      description: "How long it lives from now on, in seconds; null: no limit.",
    }),
    on_timeout: endActionSchema.optional(),
    idle_timeout_secs: lifetimeSecsSchema.nullable().optional().meta({
      description: "How long it may be idle, in seconds; null: no limit.",
    }),
    on_idle: endActionSchema.optional(),
    public_ports: z.boolean().optional().meta({ description: "Whether its ports need no token." }),
    network: networkUpdateSchema.optional().meta({ description: "What it may reach from now on." }),
    ...limitChangeFields,
  })
  .refine(
    (update) => Object.values(update).some((value) => value !== undefined),
    "there is nothing to change",
  )
  .meta({ id: "SandboxUpdate" });

export const killReportSchema = z.object({ killed: z.array(z.string()) }).meta({ id: "KillReport" });
