import { z } from "zod";
import type { DeviceRecord } from "@forkd/core";

const MAX_DEVICES = 64;
const MAX_FIELDS = 16;
const WORD = /^[a-z][a-zA-Z0-9-]{0,63}$/;

const value = z.union([
  z.string().regex(/^[\x20-\x7e]{1,1024}$/, "must be 1 to 1024 printable ASCII characters"),
  z.number(),
  z.boolean(),
]);

const record = z
  .object({ kind: z.string().regex(WORD, "must be a short word") })
  .catchall(value)
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, `must have at most ${MAX_FIELDS} fields`)
  .refine(
    (fields) => Object.keys(fields).every((name) => WORD.test(name)),
    "must name its fields by short words",
  );

/** The devices in a manifest: of any kind, since it is an engine that knows which kinds there are. */
export const deviceRecordsSchema: z.ZodType<readonly DeviceRecord[]> = z
  .array(record)
  .min(1)
  .max(MAX_DEVICES);
