import { environmentSchema, labelsSchema, tagSchema } from "@forkd/contract";
import { z } from "zod";
import { networkBody } from "./network.ts";
import { refuse } from "./refuse-fields.ts";
import type { Promises } from "./refuse-fields.ts";

/** How long a sandbox lives whose client does not say, in seconds: as E2B's own. */
const DEFAULT_TIMEOUT_SECS = 300;
const DEFAULT_FORK_TIMEOUT_SECS = 15;
const MAX_FORKS = 100;

const timeoutSchema = z.number().int().min(0).max(315_360_000);

/** A tag, as E2B's clients write the one that they mean by default. */
export const templateSchema = z
  .string()
  .transform((name) => name.replace(/:default$/, ""))
  .pipe(tagSchema);

/** What a new sandbox could be asked for. */
export const UNKEPT_OF_SANDBOXES: Promises = {
  mcp: { why: "there is no gateway to MCP servers in guests", instead: "start the server with commands.run" },
  iam: { why: "there are no identities for workloads", instead: "pass what the program needs as envs" },
  volumeMounts: {
    why: "there are no volumes",
    instead: "put the files in the template, or write them with files.write",
  },
};

/** Whether what is kept of a sandbox has its memory; it must. */
const withMemory = z
  .boolean()
  .nullish()
  .refine((memory) => memory !== false, "cannot be false: what is kept of a sandbox is its memory too");

export const createBody = z.object({
  templateID: templateSchema,
  timeout: timeoutSchema.default(DEFAULT_TIMEOUT_SECS),
  autoPause: z.boolean().default(false),
  autoPauseMemory: withMemory,
  autoResume: z.object({ enabled: z.boolean() }).nullish(),
  allow_internet_access: z.boolean().nullish(),
  network: networkBody.nullish(),
  metadata: labelsSchema.nullish(),
  envVars: environmentSchema.nullish(),
  ...refuse(UNKEPT_OF_SANDBOXES),
});

export const connectBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_TIMEOUT_SECS),
  memory: withMemory,
});
export const resumeBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS),
  autoPause: z.boolean().nullish(),
  memory: withMemory,
});
export const pauseBody = z.object({
  memory: withMemory,
  /** Whether a guest whose agent does not answer is left as it is. */
  requireHealthyGuest: z.boolean().nullish(),
});
export const timeoutBody = z.object({ timeout: timeoutSchema });
export const refreshBody = z.object({ duration: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS) });
export const snapshotBody = z.object({ name: templateSchema.nullish(), memory: withMemory });
export const forkBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS),
  count: z.number().int().min(1).max(MAX_FORKS).default(1),
});
