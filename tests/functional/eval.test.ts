import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

test("gives a value, what was printed and nothing else", async () => {
  expect(await used.child.eval("print('hi'); 6 * 7")).toMatchObject({
    result: "42",
    resultJson: "42",
    stdout: "hi\n",
    stderr: "",
    error: null,
    exitCode: 0,
  });
});

test("keeps state between calls", async () => {
  await used.child.eval("import numpy as np; kept = np.arange(5)", { mode: "run" });
  expect(await used.child.eval("int(kept.sum())", { mode: "eval" })).toMatchObject({ resultJson: "10" });
});

test("tells an exception with its name and the user's own lines", async () => {
  const reply = await used.child.eval("def f():\n    return 1 / 0\nf()");
  expect(reply).toMatchObject({ result: null, errorName: "ZeroDivisionError", exitCode: 1 });
  expect(reply.traceback).toContain("return 1 / 0");
});

test("outlives sys.exit", async () => {
  expect(await used.child.eval("import sys; sys.exit(3)")).toMatchObject({ errorName: "SystemExit" });
  expect(await used.child.eval("1 + 1")).toMatchObject({ resultJson: "2" });
});

test("interrupts code that runs too long, and keeps the state", async () => {
  await used.child.eval("survivor = 'here'", { mode: "run" });
  expect(await used.child.eval("while True: pass", { timeoutSecs: 1 })).toMatchObject({ timedOut: true });
  expect(await used.child.eval("survivor")).toMatchObject({ result: "'here'" });
});

test("takes what child processes print for the call's own output", async () => {
  const code = "import subprocess; _ = subprocess.run('echo from a child; echo bad >&2', shell=True)";
  expect(await used.child.eval(code)).toMatchObject({ stdout: "from a child\n", stderr: "bad\n" });
});

test("cuts what is too long, and says so", async () => {
  const reply = await used.child.eval("print('x' * 5_000_000)");
  expect(reply.truncated).toBe(true);
  expect(reply.stdout.length).toBeLessThanOrEqual(1_048_576);
});

test("awaits at the top level, in Python and in Node", async () => {
  expect(await used.child.eval("import asyncio\nawait asyncio.sleep(0.01, 'py')")).toMatchObject({
    result: "'py'",
  });
  const node = await used.child.eval("await new Promise((r) => setTimeout(() => r('js'), 10))", {
    language: "node",
  });
  expect(node).toMatchObject({ resultJson: '"js"' });
});

test("keeps Node's state between calls", async () => {
  await used.child.eval("const kept = [1, 2, 3]", { language: "node" });
  expect(await used.child.eval("kept.map((x) => x * 2)", { language: "node" })).toMatchObject({
    resultJson: "[2,4,6]",
  });
});
