import { z } from "zod";
import { sandboxIdSchema } from "./primitives.ts";
import { sandboxStatusSchema } from "./sandbox.ts";

const bytes = () => z.number().int().nonnegative();

const usageSampleSchema = z
  .object({
    at_unix_ms: z.number().int(),
    cpu_ms: z.number().meta({ description: "CPU time of the VMM, guest code included, since it started." }),
    cpu_percent: z
      .number()
      .nullable()
      .meta({ description: "Of one CPU, since the sample before; null where there is none." }),
    memory_private_bytes: bytes().meta({ description: "Memory of the host that only this machine has." }),
    memory_shared_bytes: bytes().meta({
      description: "Memory of the host that others map as well: that of its snapshot, and of programs.",
    }),
    disk_bytes: bytes().meta({ description: "What its disk takes beyond its snapshot's." }),
  })
  .meta({ id: "UsageSample", description: "What a machine took of its host." });

const guestUsageSchema = z
  .object({
    memory_total_bytes: bytes(),
    memory_used_bytes: bytes().meta({ description: "What programs could not have, caches not counted." }),
    disk_total_bytes: bytes(),
    disk_used_bytes: bytes().meta({ description: "Of the root file system." }),
    network_received_bytes: bytes().nullable().meta({
      description:
        "By all its interfaces but the loopback, since the machine booted that its snapshot is of; null of an older guest.",
    }),
    network_sent_bytes: bytes().nullable(),
    processes: z.number().int().meta({ description: "Without the kernel's own." }),
  })
  .meta({ id: "GuestUsage", description: "What a guest uses, as it says itself." });

export const sandboxMetricsSchema = z
  .object({
    id: sandboxIdSchema,
    name: z.string().nullable(),
    status: sandboxStatusSchema,
    vcpus: z.number().int(),
    memory_mib: z.number().int(),
    memory_limit_mib: z.number().int().nullable(),
    now: usageSampleSchema,
    guest: guestUsageSchema.nullable(),
    guest_why: z.string().nullable().meta({ description: "Why the guest that was asked said nothing." }),
    history: z
      .array(usageSampleSchema)
      .meta({ description: "The oldest first: one each 30 s, of the last two hours or of this daemon's." }),
  })
  .meta({ id: "SandboxMetrics" });

export const guestTasksSchema = z
  .object({
    total: z
      .number()
      .int()
      .meta({ description: "How many there are, of which the busiest 1024 are listed." }),
    tasks: z.array(
      z
        .object({
          pid: z.number().int(),
          ppid: z.number().int(),
          user: z.string(),
          state: z.string().meta({ description: "As proc(5) has it: R, S, D, Z, …" }),
          cpu_ms: z.number().int().meta({ description: "CPU time since it began." }),
          resident_bytes: bytes(),
          command: z.string().meta({ description: "Its arguments, or its name in brackets; cut." }),
        })
        .meta({ id: "GuestTask" }),
    ),
  })
  .meta({ id: "GuestTasks", description: "The processes of a guest, but those of its kernel." });
