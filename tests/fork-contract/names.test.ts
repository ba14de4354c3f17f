import { expect, test } from "vitest";
import { CHILDREN, evaluateAll, runAll, useChildren } from "./children.ts";

const used = useChildren();

test("host names and machine ids are each child's own, in the kernel and on disk", async () => {
  const hostnames = await runAll(used.children, "uname -n; cat /etc/hostname");
  expect(hostnames).toEqual(used.children.map(({ info }) => `${info.hostname}\n${info.hostname}`));
  expect(new Set(await runAll(used.children, "cat /etc/machine-id")).size).toBe(CHILDREN);
});

test("a command sees its sandbox id, its index and its environment", async () => {
  const seen = await runAll(
    used.children,
    'echo "$FORKD_SANDBOX_ID $FORKD_CHILD_INDEX $FROM_PARENT $SHARED $MINE"',
  );
  expect(seen).toEqual(used.children.map(({ id }, index) => `${id} ${index} yes all child ${index}`));
});

test("the warm interpreters see the same", async () => {
  const python = "[__import__('os').environ[k] for k in ('FORKD_SANDBOX_ID', 'FORKD_CHILD_INDEX', 'MINE')]";
  const node = "['FORKD_SANDBOX_ID', 'FORKD_CHILD_INDEX', 'MINE'].map((k) => process.env[k])";
  const expected = used.children.map(({ id }, index) => [id, `${index}`, `child ${index}`]);
  expect(await evaluateAll(used.children, python)).toEqual(expected);
  expect(await evaluateAll(used.children, node, { language: "node" })).toEqual(expected);
});

test("a program can read who it has become, and with which arguments", async () => {
  const published = await runAll(used.children, "cat /run/forkd/fork.json");
  for (const [index, text] of published.entries()) {
    expect(JSON.parse(text)).toMatchObject({
      sandbox_id: used.children[index]?.id,
      child_index: index,
      args: [`${index}`],
    });
  }
});
