import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../fork-contract/children.ts";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { CAPTURE_MODES } from "../harness/capture-modes.ts";

let daemon: TestDaemon;
let source: Sandbox;
/** For how long it had run by its monotonic clock, which stands still with it. */
let uptimeMs: number;
let askedAt: number;
beforeAll(async () => {
  daemon = await TestDaemon.start();
  source = await forkOne(daemon, { liveFork: true });
  await source.eval("state = list(range(100_000))", { mode: "run" });
  await source.run("echo kept > /root/note");
  uptimeMs = (await source.ping()).uptimeMs;
  askedAt = performance.now();
  await source.pause();
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** What is known of a child, which runs whatever its source does. */
async function describe(child: Sandbox): Promise<object> {
  return {
    status: child.info.status,
    memory: await evaluate(child, "sum(state)"),
    disk: (await child.run("cat /root/note")).stdout,
    isOnTime: (await clockErrorOf(child)) < 50,
  };
}
const WHOLE = { status: "running", memory: 4_999_950_000, disk: "kept\n", isOnTime: true };

test.each([...CAPTURE_MODES, "auto"] as const)(
  "a %s branch of a paused machine leaves it paused, and its children run",
  async (mode) => {
    const tag = `paused-${mode}`;
    const branch = await source.branch({ tag, mode });
    expect(branch).toMatchObject({ pauseMs: 0, mode: mode === "auto" ? "diff" : mode });
    await using children = await daemon.forkd.sandboxes.fork(tag);
    expect(await Promise.all(children.map(describe))).toEqual([WHOLE]);
    expect((await source.refresh()).status).toBe("paused");
    await children[Symbol.asyncDispose]();
    await daemon.forkd.snapshots.remove(tag);
  },
);

test("a fork of a paused machine leaves it paused, and its children run", async () => {
  await using children = await source.fork({ n: 2 });
  expect(await Promise.all(children.map(describe))).toEqual([WHOLE, WHOLE]);
  expect((await source.refresh()).status).toBe("paused");
});

test("a paused machine that was branched and forked goes on when it is resumed", async () => {
  await source.resume();
  const ranMs = (await source.ping()).uptimeMs - uptimeMs;
  expect(ranMs).toBeLessThan((performance.now() - askedAt) / 2);
  expect(await evaluate(source, "sum(state)")).toBe(4_999_950_000);
  expect(await clockErrorOf(source)).toBeLessThan(50);
});
