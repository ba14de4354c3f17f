import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { CaptureMode } from "@forkd/core";
import { frozenBy } from "@forkd/core/testing/rig";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureScene, startInvariant, watchInvariant } from "./capture-fixture.ts";
import { connectAgent, soon } from "./fixture.ts";
import { CAN_CAPTURE_LIVE, CAPTURE_MODES } from "../../../tests/harness/capture-modes.ts";

/** How often a machine is captured in each mode. */
const ROUNDS = Number(process.env["FORKD_TEST_CAPTURES"] ?? 6);
/** Longer than the time within which a disk counts as being written to. */
const AT_REST_MS = 200;

describe("what a busy program keeps", () => {
  let scene: CaptureScene;

  beforeAll(async () => {
    scene = await CaptureScene.create();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  const both = CAPTURE_MODES.map((mode) => ["memory and disk", mode] as const);
  it.each<readonly ["memory and disk" | "memory", CaptureMode]>(
    CAN_CAPTURE_LIVE ? [...both, ["memory", "live"]] : both,
  )(
    "over %s is kept in every child of it, captured %s",
    async (uses, mode) => {
      await using source = await scene.restore();
      await using agent = await connectAgent(source);
      await startInvariant(agent, uses === "memory" ? "memory" : "disk");
      await delay(AT_REST_MS);
      for (let round = 0; round < ROUNDS; round++) {
        const spec = scene.spec(mode);
        await source.capture(spec, soon());
        await using child = await scene.restore(await frozenBy(spec, scene.base));
        await using childAgent = await connectAgent(child);
        await expect(watchInvariant(childAgent)).resolves.toBe(0);
        await rm(spec.memoryPath);
        await rm(`${spec.memoryPath}.whole`, { force: true });
      }
      await expect(watchInvariant(agent)).resolves.toBe(0);
    },
    120_000 + ROUNDS * 30_000,
  );
});
