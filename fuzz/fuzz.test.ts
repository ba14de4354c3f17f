import { expect, test } from "vitest";
import { runTarget } from "./run-target.ts";
import { TARGETS } from "./targets.ts";

const SECONDS = 4;
/** The agent is built first where it has not been. */
const TIMEOUT_MS = 600_000;

test.each(TARGETS)("$name reads hostile input or refuses it", { timeout: TIMEOUT_MS }, async (target) => {
  const { inputs, failure } = await runTarget(target, { seconds: SECONDS });
  expect(failure).toBeUndefined();
  expect(inputs).toBeGreaterThan(0);
});
