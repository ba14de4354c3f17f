import { expect, test } from "vitest";
import { RefusalLimit } from "./refusal-limit.ts";

test("an address has twenty refusals a minute, and others theirs", () => {
  let now = 0;
  const limit = new RefusalLimit(() => now);
  for (let i = 0; i < 20; i++) limit.count("192.0.2.1");
  now = 30_000;
  const refusal = {
    code: "too_many_refusals",
    status: 429,
    details: { address: "192.0.2.1", retryAfterSecs: 30 },
  };
  expect(() => limit.count("192.0.2.1")).toThrow(expect.objectContaining(refusal));
  expect(() => limit.count("192.0.2.2")).not.toThrow();
  now = 60_000;
  expect(() => limit.count("192.0.2.1")).not.toThrow();
});

test("no more than ten thousand addresses are remembered", () => {
  const limit = new RefusalLimit(() => 0);
  for (let i = 0; i < 20; i++) limit.count("first");
  for (let i = 0; i < 10_000; i++) limit.count(`2001:db8::${i.toString(16)}`);
  expect(() => limit.count("first")).not.toThrow();
});
