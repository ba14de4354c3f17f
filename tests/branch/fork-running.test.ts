import { expect, test } from "vitest";
import { afterAll, beforeAll } from "vitest";
import { evaluate } from "../fork-contract/children.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { CAN_CAPTURE_LIVE } from "../harness/capture-modes.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

test.each([false, true])(
  "a running machine is forked into five (live_fork %s), and nothing of it stays",
  async (liveFork) => {
    await using sources = await daemon.forkd.sandboxes.fork(PARENT, { liveFork });
    const [source] = sources;
    await source?.eval("thought = 'half of it'", { mode: "run" });
    const children = await source?.fork({ n: 5, env: { ROLE: "explorer" } });
    expect(children).toHaveLength(5);
    for (const [index, child] of (children ?? []).entries()) {
      expect(await evaluate(child, "thought")).toBe("half of it");
      expect((await child.run("echo $ROLE $FORKD_CHILD_INDEX")).stdout).toBe(`explorer ${index}\n`);
    }
    const { snapshots, sandboxes } = await daemon.forkd.tree();
    const unnamed = snapshots.find(({ tag }) => tag === null);
    expect(unnamed).toMatchObject({ branchedFrom: source?.id, memoryKind: "full" });
    expect(sandboxes.filter(({ snapshotId }) => snapshotId === unnamed?.id)).toHaveLength(5);
    await children?.[Symbol.asyncDispose]();
    await expect.poll(() => findLeftovers(daemon).drafts).toEqual([]);
    expect((await daemon.forkd.snapshots.list()).map(({ tag }) => tag)).toEqual([PARENT]);
  },
);

test("a child of a running machine is branched and forked again, after its siblings and source are gone", async () => {
  const [source] = await daemon.forkd.sandboxes.fork(PARENT);
  await source?.eval("path = ['source']", { mode: "run" });
  const [child, sibling] = (await source?.fork({ n: 2 })) ?? [];
  await child?.eval("path.append('child')", { mode: "run" });
  await child?.run("echo deep > /root/deep; sync");
  await Promise.all([source?.kill(), sibling?.kill()]);
  await child?.branch({ tag: "grandparent", mode: "diff" });
  await child?.kill();
  await using grandchildren = await daemon.forkd.sandboxes.fork("grandparent", { n: 2 });
  for (const grandchild of grandchildren) {
    expect(await evaluate(grandchild, "path")).toEqual(["source", "child"]);
    expect((await grandchild.run("cat /root/deep")).stdout).toBe("deep\n");
  }
  const detail = await daemon.forkd.snapshots.detail("grandparent");
  expect(detail.chainDepth).toBe(3);
  expect(detail.ancestors[0]).toBe(PARENT);
  await grandchildren[Symbol.asyncDispose]();
  await daemon.forkd.snapshots.remove("grandparent");
  await expect
    .poll(async () => (await daemon.forkd.tree()).snapshots.map(({ tag }) => tag))
    .toEqual([PARENT]);
});

test("children of a running machine can still be branched after the daemon was told to stop and started again", async () => {
  const [source] = await daemon.forkd.sandboxes.fork(PARENT);
  const [child] = (await source?.fork({ n: 1 })) ?? [];
  await child?.eval("kept = 7", { mode: "run" });
  await daemon.kill("SIGTERM");
  await daemon.start();
  await child?.branch({ tag: "later" });
  await daemon.forkd.sandboxes.killAll();
  await using forked = await daemon.forkd.sandboxes.fork("later");
  expect(forked[0] && (await evaluate(forked[0], "kept"))).toBe(7);
  await daemon.forkd.snapshots.remove("later", { force: true });
});

test.runIf(CAN_CAPTURE_LIVE)(
  "children of a running machine can be branched live, when that was asked for",
  async () => {
    const [source] = await daemon.forkd.sandboxes.fork(PARENT);
    await using children = await source?.fork({ n: 1, liveFork: true });
    await children?.[0]?.eval("kept = 8", { mode: "run" });
    await children?.[0]?.branch({ tag: "of-child", mode: "live" });
    await using forked = await daemon.forkd.sandboxes.fork("of-child");
    expect(forked[0] && (await evaluate(forked[0], "kept"))).toBe(8);
    await daemon.forkd.sandboxes.killAll();
    await daemon.forkd.snapshots.remove("of-child");
    const tags = async () => (await daemon.forkd.tree()).snapshots.map(({ tag }) => tag);
    await expect.poll(tags).toEqual([PARENT]);
  },
);
