import { InvalidArgumentError } from "@commander-js/extra-typings";
import { findField } from "./template.ts";

/** Which rows are listed: those of which all of these hold. */
export type RowFilter = readonly { readonly field: string; readonly value: string }[];

/** Adds `FIELD=VALUE` to what earlier options of the same name gave. */
export function parseRowFilter(text: string, earlier: RowFilter = []): RowFilter {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be FIELD=VALUE, with a field of the REST API.");
  return [...earlier, { field: text.slice(0, at), value: text.slice(at + 1) }];
}

/** The rows that have these values; a list has each of its items. Throws for a field that they do not have. */
export function filterRows<Row extends object>(rows: readonly Row[], filter: RowFilter = []): readonly Row[] {
  const matches = (row: Row): boolean =>
    filter.every(({ field, value }) => [findField(row, field)].flat().some((one) => String(one) === value));
  return rows.filter(matches);
}
