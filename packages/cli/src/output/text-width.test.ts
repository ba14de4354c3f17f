import { expect, test } from "vitest";
import { widthOf } from "./text-width.ts";

test.each([
  ["", 0],
  ["plain text", 10],
  ["漢字", 4],
  ["e\u0301", 1],
  ["\u001B[31mred\u001B[0m", 3],
])("%j takes %i columns", (text, columns) => expect(widthOf(text)).toBe(columns));
