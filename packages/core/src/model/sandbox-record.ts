import { endActionSchema, sandboxIdSchema, snapshotIdSchema } from "@forkd/contract";
import { z } from "zod";

const keptFileSchema = z.object({
  /** In the machine's directory. */
  name: z.string(),
  sha256: z.string(),
  sizeBytes: z.number().int(),
  /** What the kernel said of it then: as long as it says the same, nobody wrote to it. */
  signature: z.string(),
});

/** What a machine without a process goes on with, all of it on the disk. */
const suspendedStateSchema = z.object({
  atUnix: z.number().int(),
  memory: keptFileSchema,
  deviceState: keptFileSchema,
  disk: keptFileSchema,
});

/** Its network, which it has again when it is resumed. */
const networkSchema = z.object({
  mode: z.enum(["none", "user", "netns"]),
  egress: z.union([z.enum(["allow", "deny"]), z.array(z.string()).readonly()]),
  /** The group whose members it meets. */
  link: z.string().nullable().default(null),
});

export type KeptFile = Readonly<z.output<typeof keptFileSchema>>;
export type SuspendedState = Readonly<z.output<typeof suspendedStateSchema>>;

/** Everything about a sandbox that outlives the daemon: `state.json` in its directory. What older ones lack has a default. */
export const sandboxRecordSchema = z.object({
  id: sandboxIdSchema,
  name: z.string().nullable().default(null),
  /** Whose it is; null: only those see it who see everything. */
  tenant: z.string().nullable().default(null),
  labels: z.record(z.string(), z.string()).default({}),
  snapshotTag: z.string(),
  snapshotId: snapshotIdSchema,
  childIndex: z.number().int(),
  hostname: z.string(),
  pid: z.number().int().positive(),
  startTicks: z.string().regex(/^\d+$/),
  createdAtUnix: z.number().int(),
  /** Null too when its time was over, and it was paused or suspended for that. */
  expiresAtUnix: z.number().int().nullable(),
  ttlSecs: z.number().nullable().default(null),
  onTimeout: endActionSchema.default("kill"),
  idleTimeoutSecs: z.number().nullable().default(null),
  onIdle: endActionSchema.default("suspend"),
  memoryMib: z.number().int(),
  memoryLimitMib: z.number().int().nullable(),
  swapLimitMib: z.number().int().nullable().default(null),
  cpuLimit: z.number().nullable().default(null),
  taskLimit: z.number().int().nullable().default(null),
  diskReadBytesPerSec: z.number().int().nullable().default(null),
  diskWriteBytesPerSec: z.number().int().nullable().default(null),
  diskReadOpsPerSec: z.number().int().nullable().default(null),
  diskWriteOpsPerSec: z.number().int().nullable().default(null),
  vcpus: z.number().int(),
  restoreMs: z.number(),
  readyMs: z.number(),
  /** Whether it is listed among those that wait on disk when nobody uses them. */
  isWorkspace: z.boolean().default(false),
  /** When a workspace was last used, as noted now and then; null where it was not since it was made. */
  lastUsedAtUnix: z.number().int().nullable().default(null),
  network: networkSchema.default({ mode: "none", egress: "deny", link: null }),
  /** Whether its memory is where a live capture can be made of it. */
  liveFork: z.boolean(),
  /** Whether it is to stand still: written once it does, and taken back before it runs. */
  paused: z.boolean().default(false),
  /** Of one that has no process: what it is resumed of. Pid and start are those of the last one. */
  suspended: suspendedStateSchema.nullable().default(null),
  /** Whether a request that needs its guest resumes it. */
  autoResume: z.boolean().default(false),
  /** Whether who has no token may connect to its ports, by their host names. */
  publicPorts: z.boolean().default(false),
  /** The guest's ports that the host listens on for it. */
  published: z.array(z.object({ port: z.number().int(), hostPort: z.number().int() })).default([]),
  branchCount: z.number().int(),
  /** The directory of the snapshot that it was branched to last. */
  lastBranchDirectory: z.string().nullable(),
});

export type SandboxRecord = Readonly<z.output<typeof sandboxRecordSchema>>;
