import { z } from "zod";
import { sha256Schema } from "./primitives.ts";

/** One line of the audit: a request that is let go, or what became of it. */
export const auditEntrySchema = z
  .object({
    seq: z.number().int().meta({ description: "Its place; the next has one more." }),
    at_unix_ms: z.number().int(),
    stage: z.enum(["asked", "done", "refused", "opened"]).meta({
      description:
        "asked: written before anything is done. done: what became of it. refused: whoever asked may not. opened: a " +
        "daemon began to write.",
    }),
    who: z.string().meta({ description: "The name of the token; local: whoever may open the unix socket." }),
    from: z.string().nullable().meta({ description: "An address, or unix. Null: the daemon itself." }),
    request_id: z.string().nullable(),
    operation: z.string(),
    object: z.string().nullable().meta({ description: "What it is done to: an id, a tag or a name." }),
    path: z.string().nullable().meta({ description: "In the guest, where it is about a file." }),
    asked: z.number().int().nullable().meta({ description: "The place of the line with its beginning." }),
    code: z.string().nullable().meta({ description: "Of the error; null where there was none." }),
    made: z
      .array(z.string())
      .meta({ description: "The ids or tags that it gave: children, or what was removed." }),
    prev: sha256Schema.meta({ description: "Of the line before, as it is in its file, without its end." }),
  })
  .meta({ id: "AuditEntry" });

export const auditReportSchema = z
  .object({
    recording: z.boolean().meta({ description: "Whether this daemon writes (FORKD_AUDIT)." }),
    sound: z.boolean().meta({ description: "Whether each line follows from the one before." }),
    directory: z.string(),
    files: z.number().int(),
    entries: z.number().int(),
    first_seq: z.number().int().nullable().meta({ description: "Above 1 where older files were removed." }),
    head: z.object({ seq: z.number().int(), sha256: sha256Schema }).nullable().meta({
      description: "The last line. Noted elsewhere, it shows later that no line up to it was altered.",
    }),
    fault: z
      .object({ file: z.string(), line: z.number().int(), why: z.string() })
      .nullable()
      .meta({ description: "The first that does not fit." }),
  })
  .meta({ id: "AuditReport" });
