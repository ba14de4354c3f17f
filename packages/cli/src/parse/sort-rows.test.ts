import { expect, test } from "vitest";
import { filterRows, parseRowFilter } from "./row-filter.ts";
import type { RowFilter } from "./row-filter.ts";
import { sortRows } from "./sort-rows.ts";

const ROWS = [
  { id: "b", sizeBytes: 10, names: ["x", "y"], parentId: null },
  { id: "a", sizeBytes: 9, names: [], parentId: "b" },
  { id: "c", sizeBytes: 100, names: ["z"], parentId: "a" },
];
const idsOf = (rows: readonly { id: string }[]): string => rows.map(({ id }) => id).join("");

test.each([
  [undefined, "bac"],
  ["id", "abc"],
  ["size_bytes", "abc"],
  ["-SizeBytes", "cba"],
  ["parent_id", "bca"],
])("rows are sorted by %s", (field, ids) => expect(idsOf(sortRows(ROWS, field))).toBe(ids));

test.each([
  [["names=y"], "b"],
  [["size_bytes=9"], "a"],
  [["parent_id=a", "id=b"], ""],
  [[], "bac"],
])("rows are chosen by %j", (texts, ids) => {
  const filter = texts.reduce<RowFilter>((all, text) => parseRowFilter(text, all), []);
  expect(idsOf(filterRows(ROWS, filter))).toBe(ids);
});

test("a filter without a field or with one that is not there is refused", () => {
  expect(() => parseRowFilter("=x")).toThrow("FIELD=VALUE");
  expect(() => filterRows(ROWS, parseRowFilter("nope=x"))).toThrow("There is no field nope");
  expect(() => sortRows(ROWS, "nope")).toThrow("There is no field nope");
});
