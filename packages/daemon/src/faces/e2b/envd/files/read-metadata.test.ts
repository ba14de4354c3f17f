import { expect, test } from "vitest";
import { readMetadata } from "./read-metadata.ts";

test("what an upload notes is in its headers, the first of each name", () => {
  const headersDistinct = {
    "content-type": ["text/plain"],
    "x-metadata-author": ["ann", "bob"],
    "x-metadata-__proto__": ["kept as it is"],
    "x-metadata-": ["no key"],
  };
  const metadata = readMetadata({ headersDistinct });
  expect(Object.entries(metadata ?? {})).toEqual([
    ["author", "ann"],
    ["__proto__", "kept as it is"],
  ]);
});

test("most uploads note nothing", () => {
  expect(readMetadata({ headersDistinct: { "x-metadata": ["a"] } })).toBeUndefined();
});
