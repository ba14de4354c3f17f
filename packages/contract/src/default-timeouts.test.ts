import { expect, test } from "vitest";
import { DEFAULT_TIMEOUT_SECS } from "./default-timeouts.ts";
import { evalRequestSchema } from "./schemas/evaluation.ts";
import { execRequestSchema } from "./schemas/guest.ts";
import { snapshotRequestSchema } from "./schemas/snapshot.ts";

test("a request that names no time-out has the one that is named here", () => {
  expect({
    exec: execRequestSchema.parse({ args: ["true"] }).timeout_secs,
    eval: evalRequestSchema.parse({ code: "1" }).timeout_secs,
    snapshot: snapshotRequestSchema.parse({ tag: "x", image: "y" }).timeout_secs,
  }).toEqual(DEFAULT_TIMEOUT_SECS);
});
