import { z } from "zod";
import { describeRefusal } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** What asks for nothing: a client may send it for a field that its user left away. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === "object" && Object.keys(value).length === 0);

/**
 * Fields that are refused by name as soon as they ask for something. Those that nobody knows are left away, as newer
 * clients may well send more than they need.
 */
export function refuseFields(
  fields: Readonly<Record<string, Refusal>>,
): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, row]) => [
      field,
      z.unknown().optional().refine(isNothing, describeRefusal(row)),
    ]),
  );
}
