import { z } from "zod";

const hintValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable();

/** A daemon that is newer than its client may name an operation that the client does not know. */
const operationSchema = z.string().meta({ description: "The operation.", example: "deleteSnapshot" });

const hintActionSchema = z
  .object({
    operation: operationSchema,
    args: z
      .record(z.string(), hintValueSchema)
      .meta({ description: "Some of its arguments, by name; null is for the reader to choose." }),
  })
  .meta({ id: "HintAction", description: "An operation to call." });

const hintOptionSchema = z
  .object({
    operation: operationSchema,
    option: z.string().meta({
      description: "The argument's name; `warm.kind` is one of an argument's fields.",
      example: "memory_mib",
    }),
    value: hintValueSchema.optional().meta({ description: "What it should be." }),
  })
  .meta({ id: "HintOption", description: "An argument of an operation, named." });

/** One part of a hint: text, or what each client says in its own words. */
export const hintPartSchema = z.union([z.string(), hintActionSchema, hintOptionSchema]);
