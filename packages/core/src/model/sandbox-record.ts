import { sandboxIdSchema, snapshotIdSchema } from "@forkd/contract";
import { z } from "zod";

/** Everything about a sandbox that outlives the daemon: `state.json` in its directory. */
export const sandboxRecordSchema = z.object({
  id: sandboxIdSchema,
  snapshotTag: z.string(),
  snapshotId: snapshotIdSchema,
  childIndex: z.number().int(),
  hostname: z.string(),
  pid: z.number().int().positive(),
  startTicks: z.string().regex(/^\d+$/),
  createdAtUnix: z.number().int(),
  expiresAtUnix: z.number().int().nullable(),
  memoryMib: z.number().int(),
  memoryLimitMib: z.number().int().nullable(),
  vcpus: z.number().int(),
  restoreMs: z.number(),
  readyMs: z.number(),
  /** Whether its memory is where a live capture can be made of it. */
  liveFork: z.boolean(),
  branchCount: z.number().int(),
  /** The directory of the snapshot that it was branched to last. */
  lastBranchDirectory: z.string().nullable(),
});

export type SandboxRecord = Readonly<z.output<typeof sandboxRecordSchema>>;
