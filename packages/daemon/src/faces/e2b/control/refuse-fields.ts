import { z } from "zod";

/** What asks for nothing: a client may send it for a field that its user left away. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** Fields that promise what is not kept here, with why, and what to do instead. */
export type Promises = Readonly<Record<string, { readonly why: string; readonly instead: string }>>;

/**
 * Fields that are refused by name as soon as they ask for something. Those that nobody knows are left away, as newer
 * clients may well send more than they need.
 */
export function refuse(promises: Promises): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(
    Object.entries(promises).map(([field, { why, instead }]) => [
      field,
      z.unknown().optional().refine(isNothing, `is not supported: ${why}; ${instead}`),
    ]),
  );
}
