import { environmentSchema, labelsSchema, tagSchema } from "@forkd/contract";
import { z } from "zod";
import { networkBody } from "./network.ts";
import { CONTROL_REFUSALS } from "../refusals/control-refusals.ts";
import { refuseFields } from "../refusals/refuse-fields.ts";
import { describeRefusal } from "../refusals/refusal.ts";
import type { Refusal } from "../refusals/refusal.ts";

/** How long a sandbox lives whose client does not say, in seconds: as E2B's own. */
const DEFAULT_TIMEOUT_SECS = 300;
const DEFAULT_FORK_TIMEOUT_SECS = 15;
const MAX_FORKS = 100;

const { mcp, iam, volumeMounts } = CONTROL_REFUSALS;

const timeoutSchema = z.number().int().min(0).max(315_360_000);

/** A tag, as E2B's clients write the one that they mean by default. */
const templateOf = (row: Refusal) =>
  z
    .string()
    .transform((name) => name.replace(/:default$/, ""))
    .refine((name) => !name.includes(":"), { abort: true, message: describeRefusal(row) })
    .pipe(tagSchema);
export const templateSchema = templateOf(CONTROL_REFUSALS.templateID);

/** Whether what is kept of a sandbox has its memory; it must. */
const withMemory = (row: Refusal) =>
  z
    .boolean()
    .nullish()
    .refine((memory) => memory !== false, describeRefusal(row));

export const createBody = z.object({
  templateID: templateSchema,
  timeout: timeoutSchema.default(DEFAULT_TIMEOUT_SECS),
  autoPause: z.boolean().default(false),
  autoPauseMemory: withMemory(CONTROL_REFUSALS.autoPauseMemory),
  autoResume: z.object({ enabled: z.boolean() }).nullish(),
  allow_internet_access: z.boolean().nullish(),
  network: networkBody.nullish(),
  metadata: labelsSchema.nullish(),
  envVars: environmentSchema.nullish(),
  ...refuseFields({ mcp, iam, volumeMounts }),
});

export const connectBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_TIMEOUT_SECS),
  memory: withMemory(CONTROL_REFUSALS.memory),
});
export const resumeBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS),
  autoPause: z.boolean().nullish(),
  memory: withMemory(CONTROL_REFUSALS.memory),
});
export const pauseBody = z.object({
  memory: withMemory(CONTROL_REFUSALS.memory),
  /** Whether a guest whose agent does not answer is left as it is. */
  requireHealthyGuest: z.boolean().nullish(),
});
export const timeoutBody = z.object({ timeout: timeoutSchema });
export const refreshBody = z.object({ duration: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS) });
export const snapshotBody = z.object({
  name: templateOf(CONTROL_REFUSALS.name).nullish(),
  memory: withMemory(CONTROL_REFUSALS.memory),
});
export const forkBody = z.object({
  timeout: timeoutSchema.default(DEFAULT_FORK_TIMEOUT_SECS),
  count: z.number().int().min(1).max(MAX_FORKS).default(1),
});
