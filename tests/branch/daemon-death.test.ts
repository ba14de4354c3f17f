import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { CAPTURE_MODES } from "../harness/capture-modes.ts";
import type { CaptureMode } from "@forkd/core";
import { TEST_HOST } from "../harness/test-host.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** From when its draft is there until after the snapshot is stored, for each mode. */
const MOMENTS_MS = [0, 15, 40, 120, 400];
/** How many of them must come while the branch is under way, and how many more are tried until they do. */
const LEAST_HITS = 3;
const MORE_MOMENTS_MS = [10, 5, 2, 0, 0, 0];

test.each(CAPTURE_MODES)(
  "a daemon killed at any moment of a %s branch leaves the source running, and a whole snapshot or none",
  async (mode) => {
    const [source] = await daemon.forkd.sandboxes.fork(PARENT, { liveFork: true });
    if (!source) throw new Error("there is no source");
    await source.eval("block = b'x' * (60 << 20)", {
      mode: "run",
      timeoutSecs: 60,
    });
    let hits = 0;
    for (const moment of MOMENTS_MS) if (await tear(source, mode, moment)) hits += 1;
    for (const moment of MORE_MOMENTS_MS) {
      if (hits >= LEAST_HITS) break;
      if (await tear(source, mode, moment)) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual(LEAST_HITS);
    await source.branch({ tag: "afterwards", mode });
    await daemon.forkd.snapshots.remove("afterwards", { force: true });
    await source.kill();
  },
);

/** Kills the daemon at a moment of a branch, and looks at what is left. Gives whether it was in the middle of it. */
async function tear(source: Sandbox, mode: CaptureMode, moment: number): Promise<boolean> {
  const tag = `torn-${mode}`;
  const branch = source.branch({ tag, mode }).catch(() => undefined);
  const end = { isReached: false };
  void branch.then(() => (end.isReached = true));
  while (!end.isReached && TEST_HOST.list(join(daemon.dataDir, "drafts")).length === 0) await delay(1);
  await delay(moment);
  await daemon.kill("SIGKILL");
  const isTorn = findLeftovers(daemon).drafts.length > 0;
  const branched = await branch;
  await daemon.start();
  expect((await source.run("echo running")).stdout).toBe("running\n");
  expect(findLeftovers(daemon).drafts).toEqual([]);
  const found = (await daemon.forkd.snapshots.list()).find((snapshot) => snapshot.tag === tag);
  expect(found?.status ?? "ready").toBe("ready");
  // What the caller was told of is there.
  expect(branched === undefined || found !== undefined).toBe(true);
  if (!found) return isTorn;
  await using children = await daemon.forkd.sandboxes.fork(tag);
  expect((await children[0]?.eval("len(block)"))?.resultJson).toBe(String(60 << 20));
  await children[Symbol.asyncDispose]();
  await daemon.forkd.snapshots.remove(tag, { force: true });
  return isTorn;
}
