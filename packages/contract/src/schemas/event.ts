import { z } from "zod";
import { branchModeSchema } from "./branch.ts";
import { jobSchema } from "./job.ts";
import { scopeSchema } from "./token.ts";
import { imageIdSchema, sandboxIdSchema, snapshotIdSchema } from "./primitives.ts";

/** What every event has. */
const common = {
  cursor: z.string().meta({ description: "Where it stands in the stream; later ones come `after` it." }),
  at_unix_ms: z.number().int(),
  caller: z.string().nullable().meta({ description: "Who asked for it; null when it came about by itself." }),
};

const event = <Type extends string, Facts extends z.ZodRawShape>(type: Type, facts: Facts) =>
  z.object({ type: z.literal(type), ...common, ...facts });

const TIME_REASONS = "timeout: its time to live was over. idle: nobody used it for its idle time-out.";
const timeReasonSchema = z.enum(["timeout", "idle"]).meta({ description: TIME_REASONS });
const stillReasonSchema = z.enum(["asked", "timeout", "idle"]).meta({ description: TIME_REASONS });

const sandbox = { id: sandboxIdSchema };
const snapshot = { tag: z.string(), id: snapshotIdSchema };
const job = { job: jobSchema };

/** What happens in the daemon, one form for each kind. */
export const eventSchema = z
  .discriminatedUnion("type", [
    event("sandbox.forked", {
      snapshot_tag: z.string(),
      snapshot_id: snapshotIdSchema,
      from: sandboxIdSchema.nullable().meta({ description: "The running machine that was forked, if any." }),
      ids: z.array(sandboxIdSchema),
      wall_ms: z.number().meta({ description: "From the request until all of them were ready." }),
    }),
    event("sandbox.ready", {
      ...sandbox,
      snapshot_tag: z.string(),
      restore_ms: z.number(),
      ready_ms: z.number(),
    }),
    event("sandbox.context_ended", {
      ...sandbox,
      context: z.string(),
      why: z.string().meta({ description: "What it did not do while the machine was forked." }),
    }),
    event("sandbox.adopted", sandbox),
    event("sandbox.unmanaged", { ...sandbox, why: z.string() }),
    event("sandbox.died", { ...sandbox, why: z.string() }),
    event("sandbox.expired", { ...sandbox, reason: timeReasonSchema }),
    event("sandbox.updated", {
      ...sandbox,
      name: z.string().nullable(),
      changed: z.array(z.string()).meta({ description: "The fields that were changed." }),
    }),
    event("sandbox.paused", { ...sandbox, reason: stillReasonSchema }),
    event("sandbox.suspended", { ...sandbox, reason: stillReasonSchema }),
    event("sandbox.resumed", {
      ...sandbox,
      reason: z.enum(["asked", "needed"]).meta({
        description: "needed: a request needed the guest of a machine that was forked with auto_resume.",
      }),
    }),
    event("sandbox.killed", sandbox),
    event("token.created", { name: z.string(), scope: scopeSchema }),
    event("token.revoked", { name: z.string() }),
    event("webhook.created", { webhook: z.string(), url: z.string() }),
    event("webhook.removed", { webhook: z.string() }),
    event("snapshot.created", { ...snapshot, build_ms: z.number() }),
    event("snapshot.branched", {
      ...snapshot,
      sandbox_id: sandboxIdSchema,
      mode: branchModeSchema,
      pause_ms: z.number(),
    }),
    event("snapshot.compacted", { ...snapshot, from: z.string() }),
    event("snapshot.packed", { ...snapshot, path: z.string(), digest: z.string() }),
    event("snapshot.pushed", { tag: z.string(), reference: z.string(), digest: z.string() }),
    event("snapshot.pulled", { ...snapshot, source: z.string(), digest: z.string() }),
    event("snapshot.removed", { tag: z.string() }),
    event("image.built", { name: z.string(), id: imageIdSchema, cached: z.boolean() }),
    event("image.removed", { name: z.string() }),
    event("garbage.collected", { removed: z.number().int(), bytes: z.number().int() }),
    event("zygote.failed", { snapshot_id: snapshotIdSchema, why: z.string() }),
    event("zygote.copy_silent", {
      snapshot_id: snapshotIdSchema,
      why: z.string(),
      total: z.number().int().meta({ description: "How many that makes since the daemon started." }),
    }),
    event("job.started", job),
    event("job.progress", job),
    event("job.done", job),
    event("job.failed", job),
    event("job.cancelled", job),
  ])
  .meta({ id: "ForkdEvent" });

/** What events are chosen by: their kinds, and the first words of these. */
export const EVENT_KINDS: ReadonlySet<string> = new Set(
  eventSchema.options.flatMap(({ shape: { type } }) => [type.value, type.value.split(".")[0]!]),
);

/** A line of the stream of events: where it begins, and then each event. */
export const eventLineSchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("stream.opened"),
      cursor: z.string().meta({ description: "Where it begins: what comes is behind it." }),
      is_whole: z.boolean().meta({
        description: "False when events after the cursor that was given are no longer kept.",
      }),
    }),
    eventSchema,
  ])
  .meta({ id: "EventLine" });
