import { z } from "zod";
import { hintPartSchema } from "./hint.ts";

export const healthSchema = z.object({ ok: z.literal(true) }).meta({ id: "Health" });

export const versionSchema = z
  .object({ version: z.string(), api: z.literal("v1"), pid: z.number().int() })
  .meta({ id: "Version" });

export const capabilitiesSchema = z
  .object({
    engine: z.string().meta({ description: "The VMM adapter, such as qemu." }),
    engine_version: z.string(),
    accelerator: z.enum(["kvm", "tcg"]).meta({ description: "How guests run: hardware or emulated." }),
    accelerator_reason: z.string().meta({ description: "The proof that chose the accelerator." }),
    machine: z.string(),
    cpu_model: z.string(),
    memory_limits: z.boolean().meta({ description: "Whether memory_limit_mib can be put in force." }),
    memory_limits_reason: z.string(),
    limits: z
      .array(z.object({ kind: z.enum(["memory", "CPU", "task"]), available: z.boolean(), why: z.string() }))
      .meta({
        description: "Which limits can be put in force, by what, or why not; those of disks always can.",
      }),
    branch_modes: z.array(z.enum(["full", "diff", "live"])),
    branch_concurrency: z.number().int().meta({ description: "How many branches may be under way." }),
    option_notes: z
      .record(z.string(), z.string())
      .meta({ description: "Options that are accepted and change nothing here, and why." }),
    max_sandboxes: z.number().int(),
    parallelism: z.number().int().meta({ description: "How many children start at once." }),
    silent_copies: z
      .number()
      .int()
      .meta({
        description:
          "Copies of a machine, since the daemon started, that were ended because their agent did not answer. Each of " +
          "these children was restored instead.",
      }),
  })
  .meta({ id: "Capabilities" });

export const doctorCheckSchema = z
  .object({
    name: z.string(),
    status: z.enum(["pass", "warn", "fail", "skip"]),
    detail: z.string().meta({ description: "What was found." }),
    hint: z.string().nullable().meta({ description: "How to mend it; null when there is nothing to mend." }),
  })
  .meta({ id: "DoctorCheck" });

export const doctorSchema = z.object({ checks: z.array(doctorCheckSchema) }).meta({ id: "Doctor" });

/** What becomes of machines when their daemon stops. */
export const onExitSchema = z.enum(["keep", "suspend", "kill"]).meta({
  description:
    "keep: they run on, and the next daemon takes them over. suspend: they are put on disk. kill: they are ended.",
});

export const stopRequestSchema = z
  .strictObject({
    on_exit: onExitSchema
      .nullable()
      .default(null)
      .meta({
        description:
          "What becomes of the machines: keep, suspend or kill. Null: what FORKD_ON_EXIT says. Where one cannot be " +
          "suspended, the daemon runs on.",
      }),
    timeout_secs: z.number().min(1).max(86_400).default(600).meta({
      description: "How long suspending them may take, in seconds.",
    }),
    kill_sandboxes: z.boolean().default(false).meta({ description: "The same as on_exit kill." }),
    keep_suspended: z
      .boolean()
      .default(false)
      .meta({ description: "Of the machines that are ended, leave those that are on disk." }),
  })
  .refine(
    ({ kill_sandboxes: kills, on_exit: action }) => !kills || action === null || action === "kill",
    "kill_sandboxes contradicts on_exit",
  )
  .meta({ id: "StopRequest" });

export const stopReportSchema = z
  .object({
    suspended: z.array(z.string()).meta({ description: "The machines that were suspended for it." }),
  })
  .meta({ id: "StopReport" });

export const wireErrorSchema = z
  .object({
    error: z.string().meta({ description: "What failed, on which object, with which numbers." }),
    code: z.string(),
    hint: z.string().meta({ description: "What mends it, in the words of the command line." }),
    hint_parts: z.array(hintPartSchema).optional().meta({
      description:
        "The hint for clients that say what to call in words of their own; absent where it is but text.",
    }),
    details: z.unknown().optional(),
    request_id: z.string().optional(),
  })
  .meta({ id: "Error" });
