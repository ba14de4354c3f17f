import { z } from "zod";
import { sandboxNameSchema } from "../schemas/primitives.ts";

export const sandboxParams = z.object({ id: sandboxNameSchema });

export const processParams = z.object({
  id: sandboxNameSchema,
  pid: z.coerce.number().int().min(1).max(4_194_304),
});

/** A query parameter that is true or false, false unless told. */
export const flag = z.stringbool().default(false);
