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

/** A query parameter that may be given more than once. */
export const repeated = <Item extends z.ZodType>(item: Item, most: number) =>
  z.union([item, z.array(item).max(most)]);
