import { z } from "zod";
import { tagSchema } from "./primitives.ts";
import { checkFork, forkFields } from "./sandbox.ts";
import { snapshotInfoSchema } from "./snapshot.ts";

export const branchModeSchema = z.enum(["full", "diff", "live"]);

export const branchRequestSchema = z
  .strictObject({
    tag: tagSchema
      .optional()
      .meta({ description: "The snapshot's tag; one is made up when it is left away." }),
    mode: branchModeSchema
      .or(z.literal("auto"))
      .nullable()
      .default(null)
      .meta({
        description:
          "full: a snapshot whose memory stands alone. diff: a layer of the pages that differ from the parent. " +
          "live: copied while the machine runs on (live_fork). auto, the default: the shortest pause.",
      }),
    diff: z.boolean().default(false).meta({ description: "An older way to say mode: diff." }),
    live: z.boolean().default(false).meta({ description: "An older way to say mode: live." }),
    measure_diff: z.boolean().default(false).meta({
      description: "Accepted for compatibility: what a diff would take is always told.",
    }),
    wait: z.boolean().default(true).meta({
      description:
        "false: answer 202 as soon as the machine runs again, while the snapshot is still written.",
    }),
    parent_tag: tagSchema.nullable().default(null).meta({
      description: "Must be the source's snapshot_tag, if it is given.",
    }),
  })
  .refine(({ mode, diff, live }) => [mode !== null, diff, live].filter(Boolean).length <= 1, {
    path: ["mode"],
    message: "can be told only once: by mode, diff or live",
  })
  .meta({ id: "BranchRequest" });

export const branchInfoSchema = snapshotInfoSchema
  .extend({
    job_id: z.string(),
    mode: branchModeSchema,
    branched_from: z.string().meta({ description: "The sandbox." }),
    pause_ms: z.number().meta({ description: "For how long the source's vCPUs stood still." }),
    longest_stall_ms: z.number().meta({
      description:
        "The pause or, live, the longest time in which no page was saved meanwhile, if that is more: a guest that " +
        "waited for one waited about so long.",
    }),
    dirty_pages: z.number().int().meta({ description: "Pages of 4 KiB that the source had written itself." }),
    bytes_captured: z
      .number()
      .int()
      .meta({ description: "Memory and disk; 0 while it is still being written." }),
    phases: z
      .array(z.object({ name: z.string(), ms: z.number() }))
      .meta({ description: "What it took, in order; empty while it is still being written." }),
    diff_ms: z.number().nullable().meta({ description: "As pause_ms, for a diff." }),
    diff_physical_bytes: z.number().int().nullable().meta({ description: "What the layer takes on disk." }),
    diff_logical_bytes: z.number().int().nullable().meta({ description: "Dirty pages in bytes." }),
  })
  .meta({ id: "BranchInfo" });

export const sandboxForkRequestSchema = z
  .strictObject(forkFields)
  .superRefine(checkFork)
  .meta({ id: "SandboxForkRequest" });
