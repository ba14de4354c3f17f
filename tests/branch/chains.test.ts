import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../fork-contract/children.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const LINKS = ["one", "two", "three"] as const;

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
  let parent = PARENT;
  for (const link of LINKS) {
    await using machines = await daemon.forkd.sandboxes.fork(parent);
    const [machine] = machines;
    await machine?.eval(`trail = [*globals().get("trail", []), "${link}"]`, { mode: "run" });
    await machine?.run(`echo ${link} >> /root/trail; sync`);
    await machine?.branch({ tag: link, mode: "diff", parentTag: parent });
    parent = link;
  }
});
afterAll(async () => {
  await daemon.forkd.snapshots.remove("one", { cascade: true }).catch(() => {});
  await daemon.forkd.snapshots.remove("alone").catch(() => {});
  await daemon[Symbol.asyncDispose]();
});

test("every link of a chain forks, with the memory and the disk of all below it", async () => {
  for (const [index, link] of LINKS.entries()) {
    await using machines = await daemon.forkd.sandboxes.fork(link);
    const trail = LINKS.slice(0, index + 1);
    expect(machines[0] && (await evaluate(machines[0], "trail"))).toEqual(trail);
    expect((await machines[0]?.run("cat /root/trail"))?.stdout).toBe(
      trail.map((name) => `${name}\n`).join(""),
    );
  }
});

test("a link says what it stands on, and what stands on it", async () => {
  expect(await daemon.forkd.snapshots.detail("two")).toMatchObject({
    chainDepth: 3,
    parentTag: "one",
    ancestors: [PARENT, "one"],
    dependents: ["three"],
  });
  const { snapshots } = await daemon.forkd.tree();
  const parents = new Map(snapshots.map(({ id, tag }) => [id, tag]));
  const edges = snapshots.map(({ tag, parentId }) => [tag, parentId && parents.get(parentId)]);
  expect(edges).toEqual(
    expect.arrayContaining([
      ["three", "two"],
      ["two", "one"],
      ["one", PARENT],
    ]),
  );
});

test("a layer is far smaller than the memory", async () => {
  const { memoryPhysicalBytes, memoryLogicalBytes } = await daemon.forkd.snapshots.detail("three");
  expect(memoryPhysicalBytes).toBeLessThan(memoryLogicalBytes / 8);
});

test("a compacted snapshot stands alone, and outlives the chain that it was made of", async () => {
  await daemon.forkd.snapshots.compact("three", "alone");
  expect(await daemon.forkd.snapshots.detail("alone")).toMatchObject({ chainDepth: 1, ancestors: [] });
  await expect(daemon.forkd.snapshots.remove("one")).rejects.toMatchObject({
    code: "snapshot_has_dependents",
    status: 409,
  });
  await daemon.forkd.snapshots.remove("one", { cascade: true });
  expect((await daemon.forkd.snapshots.list()).map(({ tag }) => tag).toSorted()).toEqual(["alone", PARENT]);
  await using machines = await daemon.forkd.sandboxes.fork("alone");
  expect(machines[0] && (await evaluate(machines[0], "trail"))).toEqual([...LINKS]);
  await machines[Symbol.asyncDispose]();
  const { removed } = await daemon.forkd.collectGarbage();
  expect(removed.filter(({ kind }) => kind === "draft" || kind === "snapshot")).toEqual([]);
  expect(findLeftovers(daemon).drafts).toEqual([]);
});
