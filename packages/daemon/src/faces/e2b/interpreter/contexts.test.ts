import { expect, test } from "vitest";
import { parseContextId } from "./contexts.ts";

test.each(["python", "ctx_4k2m9x7q0v3bz8wc"])("%s may be a context's id", (id) => {
  expect(parseContextId(id)).toBe(id);
});

test.each(["", "../contexts/python", "python/eval?x", "a\r\nb", "A", "x".repeat(65)])(
  "'%s' is none, and asks the guest for nothing",
  (id) => {
    expect(() => parseContextId(id)).toThrow(expect.objectContaining({ code: "context_not_found" }));
  },
);
