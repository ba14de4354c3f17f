import { array, assert, asyncProperty, integer, jsonValue } from "fast-check";
import { expect, test } from "vitest";
import { parseNdjson } from "./ndjson.ts";

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const parse = (text: string, size: number, maxLineBytes?: number): Promise<unknown[]> =>
  Array.fromAsync(parseNdjson(chunked(new TextEncoder().encode(text), size), maxLineBytes));

test("any values come back, however the bytes are cut", async () => {
  await assert(
    asyncProperty(array(jsonValue()), integer({ min: 1, max: 40 }), async (values, size) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
      expect(await parse(text, size)).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
    }),
  );
});

test("the last line needs no newline, and empty lines are skipped", async () => {
  expect(await parse('{"a":1}\r\n\n{"b":"é"}', 3)).toEqual([{ a: 1 }, { b: "é" }]);
});

test("a character that is cut in the middle comes back whole", async () => {
  expect(await parse('"日本 é"\n', 1)).toEqual(["日本 é"]);
});

test("a line that is too long is refused before its end", async () => {
  await expect(parse(`"${"x".repeat(100)}`, 10, 50)).rejects.toMatchObject({
    code: "unexpected_reply",
    message: "the daemon sent a line of more than 50 bytes",
  });
});

test("a line that is no JSON is refused with its beginning", async () => {
  await expect(parse("<html>\n", 99)).rejects.toThrow("not JSON: <html>");
});
