import { expect, test } from "vitest";
import { decodePart, imageTypeOf } from "./file-content.ts";
import { TEXT_LIMIT, limitText } from "./limit-text.ts";
import { listLines } from "./list-lines.ts";
import { readTail } from "./read-tail.ts";
import { describeResults } from "./rich-results.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a part of a text ends with a whole character", () => {
  expect(decodePart(bytes("grün"), { length: 3 })).toEqual({ encoding: "utf-8", content: "gr", bytes: 2 });
  expect(decodePart(bytes("grün"), { length: 4 })).toEqual({ encoding: "utf-8", content: "grü", bytes: 4 });
  expect(decodePart(bytes("a😀b"), { length: 4 })).toEqual({ encoding: "utf-8", content: "a", bytes: 1 });
});

test("what is no text comes in base 64, also half of a character at a file's end", () => {
  expect(decodePart(Uint8Array.of(0xff, 1, 2), { length: 2 })).toEqual({
    encoding: "base64",
    content: "/wE=",
    bytes: 2,
  });
  expect(decodePart(Uint8Array.of(65, 0xc3), { length: 9 })).toEqual({
    encoding: "base64",
    content: "QcM=",
    bytes: 2,
  });
  expect(decodePart(new Uint8Array(), { length: 9 })).toEqual({ encoding: "utf-8", content: "", bytes: 0 });
});

test("images are known by their first bytes", () => {
  expect(imageTypeOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe("image/png");
  expect(imageTypeOf(bytes("GIF89a"))).toBe("image/gif");
  expect(imageTypeOf(bytes("x GIF89a"))).toBeUndefined();
});

test("a text is cut before half of a character", () => {
  expect(limitText("ab", 2)).toEqual({ text: "ab", isCut: false });
  expect(limitText("a😀b", 2)).toEqual({ text: "a", isCut: true });
});

test("a long list says how many more there are", () => {
  const lines = Array.from({ length: 203 }, (_, i) => String(i));
  expect(listLines(lines, "none").split("\n").slice(-2)).toEqual(["199", "(and 3 more)"]);
  expect(listLines([], "none")).toBe("none");
});

test("the end of a stream is kept, however long it is", async () => {
  async function* stream() {
    for (let i = 0; i < 1000; i++) yield bytes(`${i}\n`);
  }
  expect(await readTail(stream(), 8)).toEqual({ text: "998\n999\n", isCut: true });
});

test("results come in the format that a model reads best, and images only as many as fit", () => {
  const png = "x".repeat(1024 * 1024);
  const result = {
    isMainResult: false,
    extra: {},
    truncated: false,
    text: "text",
    markdown: "**text**",
    png,
  };
  const described = describeResults(Array.from({ length: 8 }, () => result));
  expect(described.results[0]).toEqual({
    is_main_result: false,
    formats: ["markdown", "text", "png"],
    text: "**text**",
  });
  expect([described.images.length, described.isCut]).toEqual([6, true]);
});

test("a result has no more text than any other, and all together have twice as much", () => {
  const result = { isMainResult: false, extra: {}, truncated: false, text: "x".repeat(TEXT_LIMIT + 1) };
  const { results, isCut } = describeResults([result, result, result]);
  expect(results.map(({ text }) => text?.length)).toEqual([TEXT_LIMIT, TEXT_LIMIT, undefined]);
  expect(isCut).toBe(true);
});
