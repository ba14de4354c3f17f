import { findField, writeValue } from "./template.ts";

/** Rows by a field, as `--sort` names it: `created_at_unix`, or `-created_at_unix` from the greatest. */
export function sortRows<Row extends object>(
  rows: readonly Row[],
  field: string | undefined,
): readonly Row[] {
  if (field === undefined) return rows;
  const isDescending = field.startsWith("-");
  const path = isDescending ? field.slice(1) : field;
  const compare = (a: Row, b: Row): number => compareValues(findField(a, path), findField(b, path));
  return rows.toSorted((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
}

/** Numbers by their size, all else as text; what is not there comes first. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return writeValue(a).localeCompare(writeValue(b), "en");
}
