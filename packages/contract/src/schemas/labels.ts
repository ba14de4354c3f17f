import { z } from "zod";

const MAX_LABELS = 32;
const KEY = String.raw`[A-Za-z0-9][A-Za-z0-9._/-]{0,62}`;
/** No control characters, separators of lines, or overrides of the direction: terminals and tables show it as it is. */
const VALUE = String.raw`[^\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]{0,255}`;

const KEY_RULE = "must be 1 to 63 of A-Z a-z 0-9 . _ / - and begin with a letter or digit";
const keySchema = z.string().regex(new RegExp(`^${KEY}$`), KEY_RULE);
const valueSchema = z
  .string()
  .regex(
    new RegExp(`^${VALUE}$`, "u"),
    "must be at most 255 characters, with no control characters, separators of lines or overrides of direction",
  );

const isFew = (labels: object): boolean => Object.keys(labels).length <= MAX_LABELS;
const TOO_MANY = `must be at most ${MAX_LABELS} labels`;

const labelsOf = <Value extends z.ZodType>(value: Value) =>
  z.record(keySchema, value).refine(isFew, TOO_MANY);

/** What users note about a sandbox, to find it again. */
export const labelsSchema = labelsOf(valueSchema).meta({
  description: "Words and their values, at most 32, to find sandboxes by. They are no place for secrets.",
});

/** Labels to set, and with null those to take away. */
export const labelChangesSchema = labelsOf(valueSchema.nullable()).meta({
  description: "Labels to set, or with null to take away; the others stay.",
});

/** A label that sandboxes are chosen by: `key=value`, or a key with any value. */
export const labelFilterSchema = z
  .string()
  .regex(new RegExp(`^${KEY}(=${VALUE})?$`, "u"), "must be KEY=VALUE, or a KEY");
