import { z } from "zod";
import { imageIdSchema, sandboxIdSchema, snapshotIdSchema, tagSchema } from "./primitives.ts";
import { sandboxStatusSchema } from "./sandbox.ts";

export const snapshotDetailSchema = z
  .object({
    tag: z.string(),
    id: snapshotIdSchema,
    dir: z.string(),
    created_at_unix: z.number().int(),
    memory_logical_bytes: z.number().int(),
    memory_physical_bytes: z.number().int().meta({ description: "What its own memory layer takes on disk." }),
    vmstate_bytes: z.number().int().meta({ description: "The state of CPUs and devices." }),
    disk_bytes: z.number().int().meta({ description: "Its own overlays." }),
    hot_bytes: z
      .number()
      .int()
      .meta({ description: "What its assembled memory takes; 0 when there is none." }),
    parent_tag: z.string().nullable().meta({ description: "A tag, or an id where the tag is gone." }),
    parent_content_hash: z.string().nullable(),
    chain_depth: z.number().int().meta({ description: "1 for a snapshot that stands alone." }),
    ancestors: z.array(z.string()).meta({ description: "The one that stands alone first." }),
    dependents: z.array(z.string()),
  })
  .meta({ id: "SnapshotDetail" });

export const compactRequestSchema = z.strictObject({ to: tagSchema }).meta({ id: "CompactRequest" });

const treeSnapshotSchema = z.object({
  id: snapshotIdSchema,
  tag: z.string().nullable().meta({ description: "The first of its tags; null when it has none." }),
  tags: z.array(z.string()).meta({ description: "All that point to it, in alphabetical order." }),
  parent_id: snapshotIdSchema.nullable(),
  image_id: imageIdSchema,
  branched_from: z.string().nullable(),
  memory_kind: z.enum(["full", "diff"]),
  memory_mib: z.number().int(),
  physical_bytes: z.number().int().meta({ description: "Its own layers on disk; all else is shared." }),
  created_at_unix: z.number().int(),
});

const treeSandboxSchema = z.object({
  id: sandboxIdSchema,
  snapshot_id: snapshotIdSchema,
  status: sandboxStatusSchema,
  created_at_unix: z.number().int(),
  private_bytes: z.number().int().nullable().meta({
    description:
      "Guest memory that it does not share with its snapshot; null for one that is dead or not managed.",
  }),
});

export const treeSchema = z
  .object({ snapshots: z.array(treeSnapshotSchema), sandboxes: z.array(treeSandboxSchema) })
  .meta({ id: "Tree" });

export const garbageRequestSchema = z
  .strictObject({
    dry_run: z.boolean().default(false).meta({ description: "Only say what would be removed." }),
  })
  .meta({ id: "GarbageRequest" });

export const garbageReportSchema = z
  .object({
    dry_run: z.boolean(),
    removed: z.array(
      z.object({
        kind: z.enum(["hot", "snapshot", "draft", "image"]),
        name: z.string(),
        bytes: z.number().int(),
      }),
    ),
    bytes: z.number().int(),
  })
  .meta({ id: "GarbageReport" });
