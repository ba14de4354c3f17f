import { expect, test } from "vitest";
import { orNone } from "./or-none.ts";
import { parseSeconds } from "./seconds.ts";

test("none is no limit, where that can be said", () => {
  expect(orNone(parseSeconds)("none")).toBe("none");
  expect(orNone(parseSeconds)("2m")).toBe(120);
  expect(() => parseSeconds("none")).toThrow("seconds");
});
