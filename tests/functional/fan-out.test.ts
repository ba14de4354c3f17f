import { bestOf, mapForks, raceForks, withBranch } from "@forkd/sdk";
import type { ForkSource } from "@forkd/sdk";
import { beforeAll, expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";

const used = useChild();
let snapshot: ForkSource;
beforeAll(() => {
  snapshot = used.daemon.forkd.sandboxes.from(PARENT);
});

const countOthers = async (): Promise<number> =>
  (await used.daemon.forkd.sandboxes.list()).filter(({ id }) => id !== used.child.id).length;

test("work is done for each item in a child of its own, and the results are in order", async () => {
  await used.child.eval("factor = 10", { mode: "run" });
  const answers = await mapForks(used.child, [1, 2, 3], async (child, item) => {
    const { result } = await child.eval(`factor * ${item}`);
    return { id: child.id, result };
  });
  expect(answers.map(({ result }) => result)).toEqual(["10", "20", "30"]);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(3);
  expect(await mapForks(snapshot, [], () => Promise.reject(new Error("nobody")))).toEqual([]);
  expect(await countOthers()).toBe(0);
});

test("what fails for one item calls the others off, and nothing is left", async () => {
  const told: unknown[] = [];
  const work = mapForks(snapshot, ["false", "sleep 600"], async (child, command, { signal }) => {
    if (command === "false") throw new Error("this one failed");
    await child.exec(["sh", "-c", command], { signal }).catch((error: unknown) => told.push(error));
  });
  await expect(work).rejects.toThrow("this one failed");
  await expect.poll(() => told.length).toBe(1);
  expect(await countOthers()).toBe(0);
});

test("the first that succeeds wins, and all failures are told where none does", async () => {
  const won = await raceForks(snapshot, [
    () => Promise.reject(new Error("no way")),
    async (child) => (await child.eval("'second'")).result,
    async (child, { signal }) => (await child.exec(["sleep", "600"], { signal })).stdout,
  ]);
  expect(won).toBe("'second'");
  const lost = raceForks(
    snapshot,
    [1, 2].map((n) => () => Promise.reject(new Error(`way ${n}`))),
  );
  await expect(lost).rejects.toMatchObject({ errors: [{ message: "way 1" }, { message: "way 2" }] });
  expect(await countOthers()).toBe(0);
});

test("the best of several is kept, with its state", async () => {
  const { sandbox, value, score } = await bestOf(
    snapshot,
    3,
    async (child) => {
      const index = child.info.childIndex;
      if (index === 2) throw new Error("left out");
      await child.eval(`mine = ${index}`, { mode: "run" });
      return index;
    },
    { judge: (index) => index * 2 },
  );
  expect({ value, score }).toEqual({ value: 1, score: 2 });
  expect((await sandbox.eval("mine")).result).toBe("1");
  expect(await countOthers()).toBe(1);
  await sandbox.kill();
  const none = bestOf(snapshot, 2, () => Promise.reject(new Error("never")), { judge: () => 1 });
  await expect(none).rejects.toThrow("none of 2 children did it");
  expect(await countOthers()).toBe(0);
});

test("what fails in a branch is undone, and what does not goes on in it", async () => {
  await used.child.files.write("/root/state", "before");
  const spoil = withBranch(used.child, async (child) => {
    await child.files.write("/root/state", "spoilt");
    throw new Error("it went wrong");
  });
  await expect(spoil).rejects.toThrow("it went wrong");
  expect(await used.child.files.readText("/root/state")).toBe("before");
  const { sandbox, value } = await withBranch(used.child, async (child) => {
    await child.files.write("/root/state", "after");
    return "done";
  });
  expect(value).toBe("done");
  expect(await sandbox.files.readText("/root/state")).toBe("after");
  expect(await used.child.files.readText("/root/state")).toBe("before");
  await sandbox.kill();
  expect(await countOthers()).toBe(0);
});
