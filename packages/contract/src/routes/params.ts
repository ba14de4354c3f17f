import { z } from "zod";
import { contextIdSchema } from "../schemas/context.ts";
import { portNumberSchema } from "../schemas/port.ts";
import { sandboxReferenceSchema } from "../schemas/primitives.ts";

export const sandboxParams = z.object({ id: sandboxReferenceSchema });

export const processParams = z.object({
  id: sandboxReferenceSchema,
  pid: z.coerce.number().int().min(1).max(4_194_304),
});

export const contextParams = z.object({ id: sandboxReferenceSchema, context: contextIdSchema });
export const portParams = z.object({ id: sandboxReferenceSchema, port: portNumberSchema });

/** A query parameter that is true or false, false unless told. */
export const flag = z.stringbool().default(false);

/** Query parameters of a list that can be had in pages. */
export const pageFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "How many at most; all, unless told." }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1024}$/, "must be the x-next-cursor of an answer")
    .optional()
    .meta({ description: "Only what comes behind the page whose x-next-cursor this is." }),
};

/** A query parameter that may be given more than once. */
export const repeated = <Item extends z.ZodType>(item: Item, most: number) =>
  z.union([item, z.array(item).max(most)]);
