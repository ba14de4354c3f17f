import { sandboxIdSchema, snapshotIdSchema } from "@forkd/contract";
import { z } from "zod";

/** Everything about a sandbox that outlives the daemon: `state.json` in its directory. What older ones lack has a default. */
export const sandboxRecordSchema = z.object({
  id: sandboxIdSchema,
  name: z.string().nullable().default(null),
  labels: z.record(z.string(), z.string()).default({}),
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
  /** Whether it is to stand still: written once it does, and taken back before it runs. */
  paused: z.boolean().default(false),
  /** Whether a request that needs its guest resumes it. */
  autoResume: z.boolean().default(false),
  branchCount: z.number().int(),
  /** The directory of the snapshot that it was branched to last. */
  lastBranchDirectory: z.string().nullable(),
});

export type SandboxRecord = Readonly<z.output<typeof sandboxRecordSchema>>;
