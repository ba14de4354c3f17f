import { expect, test } from "vitest";
import { CHILDREN, evaluate, evaluateAll, runAll, useChildren } from "./children.ts";
import { PARENT } from "../harness/parent.ts";

const used = useChildren();

test("memory that one child sets is not in another, nor in a later fork", async () => {
  await Promise.all(
    used.children.map((child, index) =>
      child.eval(`mine = numpy.full(1_000_000, ${index}.0)`, { mode: "run" }),
    ),
  );
  expect(await evaluateAll(used.children, "float(mine.sum())")).toEqual(
    Array.from({ length: CHILDREN }, (_, index) => index * 1_000_000),
  );
  await using later = await used.daemon.forkd.sandboxes.fork(PARENT, { n: 1 });
  const [child] = later;
  expect(child && (await evaluate(child, "'mine' in globals()"))).toBe(false);
});

test("a file that one child writes is not in another, nor in a later fork", async () => {
  const [first, ...others] = used.children;
  await first?.run("echo secret > /root/secret && sync");
  expect(await runAll(others, "cat /root/secret 2>/dev/null || echo absent")).toEqual(
    others.map(() => "absent"),
  );
  await using later = await used.daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  expect(await runAll(later, "cat /root/secret 2>/dev/null || echo absent")).toEqual(["absent", "absent"]);
  expect((await first?.run("cat /root/secret"))?.stdout).toBe("secret\n");
});

test("all children write the same file at once, and each reads its own back", async () => {
  const line = "head -c 4000000 /dev/urandom > /root/blob && sync && md5sum < /root/blob";
  const written = await runAll(used.children, line);
  expect(new Set(written).size).toBe(CHILDREN);
  const readBack = await runAll(used.children, "echo 3 > /proc/sys/vm/drop_caches; md5sum < /root/blob");
  expect(readBack).toEqual(written);
});
