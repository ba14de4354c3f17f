import { z } from "zod";
import { environmentSchema, guestPathSchema } from "./primitives.ts";

export const languageSchema = z
  .enum(["python", "node", "bash"])
  .meta({ description: "Python, JavaScript (by Node) or the shell." });

export const contextIdSchema = z
  .string()
  .regex(/^[a-z0-9_]{1,64}$/, "must be a context's id")
  .meta({
    description: "A context's id; the one that is there for good in each language is called as the language.",
    example: "ctx_4k2m9x7q0v3bz8wc",
  });

export const contextRequestSchema = z
  .strictObject({
    language: languageSchema.default("python"),
    cwd: guestPathSchema
      .optional()
      .meta({ description: "Its working directory; the user's home unless told." }),
    env: environmentSchema
      .default({})
      .meta({ description: "Environment variables of its own, which no fork changes." }),
  })
  .meta({ id: "ContextRequest" });

export const contextInfoSchema = z
  .object({
    id: contextIdSchema,
    language: languageSchema,
    cwd: z.string().meta({ description: "Where it began." }),
    state: z
      .enum(["absent", "idle", "starting", "ready", "busy", "dead"])
      .meta({ description: "absent: the image has no such interpreter; idle: nothing has used it yet." }),
    pid: z.number().int().nullable().meta({ description: "Its pid in the guest." }),
    version: z.string().nullable(),
  })
  .meta({ id: "ContextInfo" });

export const interruptReportSchema = z
  .object({ interrupted: z.boolean().meta({ description: "False when nothing ran in it." }) })
  .meta({ id: "InterruptReport" });
