import * as fc from "fast-check";
import { expect, test } from "vitest";
import { batchesOf, SPAN_PAGES, spansOf } from "./page-spans.ts";

const pageSets = fc
  .uniqueArray(fc.nat(3000), { maxLength: 800 })
  .map((pages) => Uint32Array.from(pages).toSorted());

test("puts every page into one span, with small gaps and of a bounded size", () => {
  const property = fc.property(pageSets, (pages) => {
    const spans = [...spansOf(pages)];
    expect(spans.flatMap(({ wanted }) => [...wanted])).toEqual([...pages]);
    for (const { firstPage, pageCount, wanted } of spans) {
      expect(wanted[0]).toBe(firstPage);
      expect(wanted.at(-1)).toBe(firstPage + pageCount - 1);
      expect(pageCount).toBeLessThanOrEqual(SPAN_PAGES);
    }
  });
  fc.assert(property);
});

test("gathers spans into batches that are not empty and fit into a buffer", () => {
  const property = fc.property(pageSets, (pages) => {
    const batches = [...batchesOf(pages)];
    expect(batches.flat()).toEqual([...spansOf(pages)]);
    for (const batch of batches) {
      expect(batch.length).toBeGreaterThan(0);
      expect(batch.reduce((sum, { pageCount }) => sum + pageCount, 0)).toBeLessThanOrEqual(SPAN_PAGES);
    }
  });
  fc.assert(property);
});

test("reads over a small gap, and not over a large one", () => {
  const spans = [...spansOf(Uint32Array.of(10, 14, 19, 600))];
  expect(spans.map(({ firstPage, pageCount }) => [firstPage, pageCount])).toEqual([
    [10, 5],
    [19, 1],
    [600, 1],
  ]);
});
