import { validateHeaderValue } from "node:http";
import { expect, test } from "vitest";
import { reasonPhrase } from "./reason-phrase.ts";

test("whatever an error says can stand in a status line", () => {
  const message = `a\r\nX: y é 😀 ${"x".repeat(1000)}`;
  const phrase = reasonPhrase({ message });
  expect(phrase).toMatch(/^a\?\?X: y \? /);
  expect(phrase.length).toBeLessThanOrEqual(300);
  expect(() => validateHeaderValue("x", phrase)).not.toThrow();
});
