import { validateHeaderValue } from "node:http";
import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { reasonPhrase } from "./reason-phrase.ts";

test("whatever an error says can stand in a status line", () => {
  const message = `a\r\nX: y é 😀 ${"x".repeat(1000)}`;
  const phrase = reasonPhrase(new ForkdError("invalid_request", { issues: [{ path: "", message }] }));
  expect(phrase).toMatch(/^the request is not valid: a\?\?X: y \? /);
  expect(phrase.length).toBeLessThanOrEqual(300);
  expect(() => validateHeaderValue("x", phrase)).not.toThrow();
});
