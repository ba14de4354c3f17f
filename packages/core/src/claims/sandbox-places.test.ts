import { expect, test } from "vitest";
import { SandboxPlaces } from "./sandbox-places.ts";

test("counts machines that are there and those that are being forked", () => {
  let machines = 2;
  const places = new SandboxPlaces(5, () => machines);
  const fork = places.reserve(2);
  expect(() => places.reserve(2)).toThrow(
    expect.objectContaining({ code: "sandbox_quota", details: { limit: 5, running: 4, wanted: 2 } }),
  );
  machines = 4;
  fork[Symbol.dispose]();
  expect(() => places.reserve(1)).not.toThrow();
});
