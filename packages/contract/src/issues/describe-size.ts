import type { z } from "zod";
import { schemaAt } from "./schema-at.ts";

type SizeIssue = Extract<z.core.$ZodIssue, { code: "too_big" | "too_small" }>;

/** What size a value must have, and which it has. */
export function describeSize(issue: SizeIssue, given: unknown, schema: z.ZodType): string {
  const range = describeRange(schema, issue);
  if (typeof given === "number") return `must be ${range}, and is ${given}`;
  const unit = typeof given === "string" ? "characters" : "entries";
  const length = (given as { length?: number } | undefined)?.length;
  return `must have ${range} ${unit}${length === undefined ? "" : `, and has ${length}`}`;
}

/** Both bounds of a field, though a value can only be on the wrong side of one. */
function describeRange(schema: z.ZodType, issue: SizeIssue): string {
  const field = schemaAt(schema, issue.path);
  const bound = (...names: string[]): number | undefined =>
    names.map((name) => field?.[name] as number | undefined).find((it) => it !== undefined);
  const above = bound("exclusiveMinimum");
  const least =
    above ??
    bound("minimum", "minLength", "minItems") ??
    (issue.code === "too_small" ? Number(issue.minimum) : 0);
  const most =
    bound("maximum", "maxLength", "maxItems") ??
    (issue.code === "too_big" ? Number(issue.maximum) : undefined);
  if (above !== undefined) return `above ${above}${most === undefined ? "" : ` and at most ${most}`}`;
  return most === undefined ? `at least ${least}` : `from ${least} to ${most}`;
}
