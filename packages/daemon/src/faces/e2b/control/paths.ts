import { sandboxReferenceSchema } from "@forkd/contract";
import { z } from "zod";
import { templateSchema } from "./bodies.ts";

/** The parameters of paths. */
export const sandboxParams = z.object({ sandboxID: sandboxReferenceSchema });
export const templateParams = z.object({ templateID: templateSchema });

/** What every list takes. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  nextToken: z.string().max(4096).optional(),
});
