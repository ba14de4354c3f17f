import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contentOffset,
  encodeMemoryLayerIndex,
  MemoryLayerError,
  PAGE_SIZE,
  parseMemoryLayerHeader,
  parseMemoryLayerIndex,
} from "./format.ts";

const GUEST_PAGES = 1000;

function encode(pages: readonly number[], zeroPages: readonly number[] = []): Buffer {
  return encodeMemoryLayerIndex(GUEST_PAGES, Uint32Array.from(pages), new Set(zeroPages));
}

function fileSize(pages: number, zeroPages = 0): number {
  return contentOffset(pages) + (pages - zeroPages) * PAGE_SIZE;
}

test("joins neighbours that are both with or both without contents", () => {
  const runs = parseMemoryLayerIndex(encode([3, 4, 5, 6, 9], [5, 6]), fileSize(5, 2));
  const contents = contentOffset(5);
  expect(runs).toEqual([
    { firstPage: 3, pageCount: 2, fileOffset: contents },
    { firstPage: 5, pageCount: 2, fileOffset: undefined },
    { firstPage: 9, pageCount: 1, fileOffset: contents + 2 * PAGE_SIZE },
  ]);
});

test("holds no page at all in a header", () => {
  expect(encode([])).toHaveLength(PAGE_SIZE);
  expect(parseMemoryLayerIndex(encode([]), PAGE_SIZE)).toEqual([]);
});

test("has contents that begin at a page, whatever the number of records", () => {
  for (const records of [0, 1, 1023, 1024, 1025, 5000]) {
    expect(contentOffset(records) % PAGE_SIZE).toBe(0);
    expect(contentOffset(records) - PAGE_SIZE).toBeGreaterThanOrEqual(records * 4);
  }
});

test("reads back every set of pages", () => {
  const pages = fc.uniqueArray(fc.tuple(fc.nat(GUEST_PAGES - 1), fc.boolean()), {
    selector: ([page]) => page,
  });
  const property = fc.property(pages, (records) => {
    const sorted = records.toSorted(([a], [b]) => a - b);
    const zeros = sorted.filter(([, isZero]) => isZero).map(([page]) => page);
    const index = encode(
      sorted.map(([page]) => page),
      zeros,
    );
    const runs = parseMemoryLayerIndex(index, fileSize(sorted.length, zeros.length));
    const read = runs.flatMap(({ firstPage, pageCount, fileOffset }) =>
      Array.from({ length: pageCount }, (_, n) => [firstPage + n, fileOffset === undefined]),
    );
    expect(read).toEqual(sorted);
  });
  fc.assert(property);
});

describe("refuses", () => {
  const valid = encode([1, 2, 700]);
  const size = fileSize(3);

  function altered(change: (index: Buffer) => void): Buffer {
    const index = Buffer.from(valid);
    change(index);
    return index;
  }

  test.each<[string, Buffer, number, string]>([
    ["another file", altered((index) => index.write("FORKDML2")), size, "is not a memory layer"],
    ["a header that was cut", valid.subarray(0, 15), 15, "is not a memory layer"],
    ["an index that was cut", valid.subarray(0, PAGE_SIZE + 8), size, "ends within its index"],
    ["more records than pages", altered((index) => index.writeUInt32LE(1001, 12)), size, "1001 records"],
    [
      "records for nothing",
      altered((index) => index.writeUInt32LE(2 ** 32 - 1, 12)),
      size,
      "4294967295 records",
    ],
    ["a page twice", altered((index) => index.writeUInt32LE(1, PAGE_SIZE + 4)), size, "page 1 after 1"],
    ["pages out of order", altered((index) => index.writeUInt32LE(900, PAGE_SIZE)), size, "page 2 after 900"],
    ["a page beyond memory", altered((index) => index.writeUInt32LE(1000, PAGE_SIZE + 8)), size, "page 1000"],
    ["contents that were cut", valid, size - 1, "where its index says"],
    ["contents of nothing", valid, size + PAGE_SIZE, "where its index says"],
  ])("%s", (_, index, length, message) => {
    expect(() => parseMemoryLayerIndex(index, length)).toThrow(MemoryLayerError);
    expect(() => parseMemoryLayerIndex(index, length)).toThrow(message);
  });

  test("any bytes, without another error", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), (bytes, length) => {
      const index = Buffer.concat([Buffer.from("FORKDML1"), bytes, Buffer.alloc(PAGE_SIZE)]);
      expect(() => parseMemoryLayerIndex(index, length)).toThrow(MemoryLayerError);
    });
    fc.assert(property);
  });
});

test("reads a header from its first 16 bytes", () => {
  const header = parseMemoryLayerHeader(encode([1, 2]).subarray(0, 16));
  expect(header).toEqual({ guestPages: GUEST_PAGES, recordCount: 2 });
});
