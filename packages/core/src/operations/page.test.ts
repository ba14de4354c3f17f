import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pageOf } from "./page.ts";

interface Row {
  readonly at: number;
  readonly id: string;
}

const keyOf = ({ at, id }: Row) => [at, id];
const rowsOf = (...ats: number[]): Row[] => ats.map((at, i) => ({ at, id: `id-${i}` }));

/** All pages, of a list that is another one each time. */
function readPages(limit: number, lists: (page: number) => readonly Row[]): Row[] {
  const read: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 1000; page++) {
    const { items, nextCursor } = pageOf(lists(page), { limit, cursor }, keyOf);
    read.push(...items);
    if (nextCursor === null) return read;
    cursor = nextCursor;
  }
  throw new Error("the pages have no end");
}

test("without a limit, all are given in their order", () => {
  const [second, first] = rowsOf(2, 1);
  expect(pageOf([second!, first!], {}, keyOf)).toEqual({ items: [first, second], nextCursor: null });
});

test("a page that is full to the last is the last", () => {
  expect(pageOf(rowsOf(1, 2), { limit: 2 }, keyOf).nextCursor).toBeNull();
  expect(pageOf(rowsOf(1, 2, 3), { limit: 2 }, keyOf).nextCursor).not.toBeNull();
  expect(pageOf([], { limit: 2 }, keyOf)).toEqual({ items: [], nextCursor: null });
});

test("whatever comes and goes between pages, what is there all the while is given once", () => {
  const row = fc.record({ at: fc.integer({ min: 0, max: 9 }), id: fc.string({ maxLength: 3 }) });
  const rows = fc.uniqueArray(row, { selector: ({ at, id }) => `${at} ${id}`, maxLength: 40 });
  const limits = fc.integer({ min: 1, max: 7 });
  const isThere = fc.func(fc.boolean());
  fc.assert(
    fc.property(rows, limits, isThere, (all, limit, comesAndGoes) => {
      const stays = all.filter((_, i) => i % 2 === 0);
      const lists = (page: number) => all.filter((one, i) => i % 2 === 0 || comesAndGoes(page, one.id));
      const read = readPages(limit, lists);
      expect(new Set(read).size).toBe(read.length);
      expect(read.filter((one) => stays.includes(one)).toSorted(byKey)).toEqual(stays.toSorted(byKey));
      expect(read).toEqual(read.toSorted(byKey));
    }),
  );
});

const byKey = (a: Row, b: Row): number => a.at - b.at || (a.id < b.id ? -1 : 1);

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each([
  ["rubbish", "rubbish"],
  ["that of another list", encode(["py"])],
  ["one of other values", encode(["1", "id"])],
  ["no list", encode({ length: 2 })],
  ["a list of lists", encode([[1], "id"])],
])("a cursor that is %s is refused", (_, cursor) => {
  expect(() => pageOf(rowsOf(1), { cursor }, keyOf)).toThrow(/cursor must be the x-next-cursor/);
});
