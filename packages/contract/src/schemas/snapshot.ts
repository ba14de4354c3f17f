import { z } from "zod";
import { DEFAULT_TIMEOUT_SECS } from "../default-timeouts.ts";
import {
  environmentSchema,
  imageIdSchema,
  snapshotIdSchema,
  tagSchema,
  timeoutSecsSchema,
} from "./primitives.ts";

/** One step that warms the parent up, run in order before it is frozen. */
export const warmStepSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("command"), args: z.array(z.string().max(131_072)).min(1).max(1024) }),
    z.strictObject({ kind: z.literal("python"), code: z.string().max(1_048_576) }),
    z.strictObject({ kind: z.literal("node"), code: z.string().max(1_048_576) }),
    z.strictObject({
      kind: z.literal("service"),
      args: z.array(z.string().max(131_072)).min(1).max(1024),
    }),
  ])
  .meta({
    description: "command: runs to its end; python, node: in the warm interpreter; service: stays running.",
  });

export const rehearsalSchema = z
  .strictObject({
    commands: z
      .array(z.array(z.string().max(131_072)).min(1).max(1024))
      .max(16)
      .default([])
      .meta({
        description: "Commands that run to their end, in order; none is listed. One that fails ends it.",
      }),
    ports: z
      .array(z.number().int().min(1).max(65_535))
      .max(16)
      .default([])
      .meta({ description: "Ports that are connected to, and left again, before." }),
  })
  .meta({
    id: "Rehearsal",
    description: "What is done once in the machine that children are copies of, so that it is fast in each.",
  });

/** What the machine that children are copies of does once. */
export type Rehearsal = z.infer<typeof rehearsalSchema>;

export const snapshotRequestSchema = z
  .strictObject({
    tag: tagSchema,
    image: tagSchema.or(imageIdSchema).meta({ description: "The name or id of the root image." }),
    memory_mib: z
      .number()
      .int()
      .min(96)
      .max(65_536)
      .default(256)
      .meta({ description: "Guest memory in MiB." }),
    vcpus: z.number().int().min(1).max(32).default(1),
    warm: z.array(warmStepSchema).max(64).default([]),
    ready: z.array(z.string().max(131_072)).min(1).max(1024).nullable().default(null).meta({
      description: "A command that ends with status 0 once the machine is ready; tried until it does.",
    }),
    env: environmentSchema.default({}),
    rehearse: rehearsalSchema.prefault({}),
    timeout_secs: timeoutSecsSchema
      .default(DEFAULT_TIMEOUT_SECS.snapshot)
      .meta({ description: "For boot, warm-up and readiness together." }),
  })
  .meta({ id: "SnapshotRequest" });

export const snapshotInfoSchema = z
  .object({
    tag: z.string(),
    id: snapshotIdSchema.nullable().meta({ description: "Null while it is being written." }),
    dir: z.string(),
    status: z.enum(["writing", "ready", "failed"]),
    bootable: z.boolean().meta({ description: "Whether it can be forked." }),
    warning: z.string().optional(),
    created_at_unix: z.number().int(),
    parent_id: snapshotIdSchema.nullable().meta({ description: "The snapshot that its layers stand on." }),
    branched_from: z.string().nullable().meta({ description: "The sandbox that it was taken of." }),
    pause_ms: z.number().nullable().meta({ description: "For how long that sandbox stood still." }),
    image_id: imageIdSchema.nullable(),
    memory_mib: z.number().int(),
    vcpus: z.number().int(),
    physical_bytes: z.number().int().meta({ description: "What its layers take on disk." }),
    build_ms: z.number().meta({ description: "Boot, warm-up and capture." }),
    sandboxes: z.number().int().meta({ description: "How many machines run from it now." }),
  })
  .meta({ id: "SnapshotInfo" });

export const snapshotRemovalSchema = z
  .object({
    removed: z.array(z.string()).meta({
      description:
        "The tags that are gone: that of the snapshot, and with cascade those of all that stood on it.",
    }),
  })
  .meta({ id: "SnapshotRemoval" });
