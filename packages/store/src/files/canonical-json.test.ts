import { assert, jsonValue, property } from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

/** The same value, with the keys of every object in the opposite order. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, field]) => [key, reverseKeys(field)]));
}

test("reads back as the value that was written", () => {
  assert(
    property(jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.stringify(JSON.parse(text))).toHaveLength(text.length);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test("spells a value the same whatever the order of its keys", () => {
  assert(
    property(jsonValue(), (value) => {
      expect(canonicalJson(reverseKeys(value))).toBe(canonicalJson(value));
    }),
  );
});

test("spells different values differently", () => {
  assert(
    property(jsonValue(), jsonValue(), (a, b) => {
      const areEqual = JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
      expect(canonicalJson(a) === canonicalJson(b)).toBe(areEqual);
    }),
  );
});

/** Entries instead of objects, in the order of their keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return ["array", ...value.map(sortKeys)];
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return ["object", ...entries.map(([key, field]) => [key, sortKeys(field)])];
}

test("sorts keys by UTF-16 code units and leaves undefined fields out", () => {
  expect(canonicalJson({ "\u{1f600}": 1, "\uff00": 2, b: undefined, a: [0, "\n"] })).toBe(
    '{"a":[0,"\\n"],"\u{1f600}":1,"\uff00":2}',
  );
});

test.each([
  ["NaN", Number.NaN],
  ["a bigint", 1n],
  ["a function", () => 1],
  ["undefined in an array", [1, undefined]],
  ["a sparse array", Object.assign([], { 1: 1 })],
  ["a date", new Date(0)],
  ["a map", new Map()],
  ["undefined", undefined],
])("refuses %s, at any depth", (_, value) => {
  expect(() => canonicalJson({ a: [{ b: value === undefined ? [value] : value }] })).toThrow(TypeError);
});
