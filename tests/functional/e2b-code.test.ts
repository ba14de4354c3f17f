import { NotFoundError, Sandbox, TimeoutError } from "@e2b/code-interpreter";
import type { Result } from "@e2b/code-interpreter";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-code");
  sandbox = await Sandbox.create(PARENT, e2b.options);
});
afterAll(() => e2b[Symbol.asyncDispose]());

test.each([
  ["python", "kept = 40", "kept + 2", "42"],
  ["javascript", "const kept = 40", "kept + 2", "42"],
  ["js", "let other = 1", "[other]", "[ 1 ]"],
])("%s keeps its state, and gives the value of the last expression", async (language, set, get, text) => {
  await sandbox.runCode(set, { language });
  const { results, error } = await sandbox.runCode(get, { language });
  expect(error).toBeUndefined();
  expect(results).toMatchObject([{ isMainResult: true, text }]);
});

test("a shell keeps its state too, and its status is an error unless it is 0", async () => {
  await sandbox.runCode("cd /usr; kept=1", { language: "bash" });
  const { logs, error } = await sandbox.runCode("echo $PWD $kept; (exit 3)", { language: "bash" });
  expect(logs.stdout.join("")).toBe("/usr 1\n");
  expect(error).toMatchObject({ name: "ExitStatus", value: "3" });
});

const RICH = `
import sys
print("höre 😀")
print("bad", file=sys.stderr)
class Rich:
    def __repr__(self): return "rich"
    def _repr_html_(self): return "<b>rich</b>"
    def _repr_markdown_(self): return "**rich**"
display({"image/png": b"\\x89PNG", "image/gif": b"GIF", "text/latex": "$x$"}, raw=True)
display({"a": [1, None]})
Rich()`;

test("output and results come while the code runs, each in its formats", async () => {
  const told: unknown[] = [];
  const results: Result[] = [];
  const execution = await sandbox.runCode(RICH, {
    onStdout: ({ line, error }) => void told.push([line, error]),
    onStderr: ({ line, error }) => void told.push([line, error]),
    onResult: (result) => void results.push(result),
  });
  expect(told).toEqual(
    expect.arrayContaining([
      ["höre 😀\n", false],
      ["bad\n", true],
    ]),
  );
  expect(execution.logs).toEqual({ stdout: ["höre 😀\n"], stderr: ["bad\n"] });
  expect(results).toEqual(execution.results);
  expect(execution.text).toBe("rich");
  expect(results).toMatchObject([
    { isMainResult: false, png: btoa("\x89PNG"), latex: "$x$", extra: { "image/gif": btoa("GIF") } },
    { isMainResult: false, text: "{'a': [1, None]}", json: { a: [1, null] } },
    { isMainResult: true, text: "rich", html: "<b>rich</b>", markdown: "**rich**" },
  ]);
  expect(results[2]?.formats()).toEqual(["html", "markdown"]);
});

test("an error has its name, its value and its traceback, and the output before it is there", async () => {
  const told: string[] = [];
  const failing = "print('first')\ndef f(): raise ValueError('no: good')\nf()";
  const { error, logs, results } = await sandbox.runCode(failing, {
    onError: ({ name }) => void told.push(name),
  });
  expect(error).toMatchObject({ name: "ValueError", value: "no: good" });
  expect(error?.traceback).toMatch(/^Traceback .*in f\n.*ValueError: no: good\n$/s);
  expect([told, logs.stdout, results]).toEqual([["ValueError"], ["first\n"], []]);
  const syntax = await sandbox.runCode("const = ;", { language: "javascript" });
  expect(syntax.error).toMatchObject({ name: "SyntaxError" });
});

test("executions are counted for each context", async () => {
  const context = await sandbox.createCodeContext();
  const counts = [];
  for (const code of ["1", "raise KeyError", "2"])
    counts.push((await sandbox.runCode(code, { context })).executionCount);
  expect(counts).toEqual([1, 2, 3]);
  await sandbox.removeCodeContext(context);
});

test("a context has a directory and a state of its own, and is there until it is removed", async () => {
  const context = await sandbox.createCodeContext({ cwd: "/usr", language: "python" });
  expect(context).toMatchObject({ language: "python", cwd: "/usr" });
  await sandbox.runCode("mine = 1", { context });
  expect((await sandbox.runCode("import os; (os.getcwd(), mine)", { context })).text).toBe("('/usr', 1)");
  expect((await sandbox.runCode("mine")).error).toMatchObject({ name: "NameError" });
  const listed = await sandbox.listCodeContexts();
  expect(listed).toContainEqual(context);
  expect(listed.map(({ language }) => language)).toEqual(expect.arrayContaining(["javascript", "bash"]));
  await sandbox.restartCodeContext(context.id);
  expect((await sandbox.runCode("mine", { context })).error).toMatchObject({ name: "NameError" });
  await sandbox.removeCodeContext(context);
  for (const late of [
    () => sandbox.runCode("1", { context }),
    () => sandbox.restartCodeContext(context),
    () => sandbox.removeCodeContext(context),
  ])
    await expect(late()).rejects.toThrow(NotFoundError);
});

test.each([
  ["python", "import time\nprint('begun')\ntime.sleep(600)"],
  ["javascript", "console.log('begun'); await new Promise(() => {})"],
  ["bash", "echo begun; sleep 600"],
])("a time-out ends code of %s in the guest, and its state stays", async (language, code) => {
  const context = await sandbox.createCodeContext({ language });
  await sandbox.runCode("kept=1", { context });
  const running = sandbox.runCode(code, { context, timeoutMs: 3000 });
  await expect(running).rejects.toThrow(TimeoutError);
  const get = language === "bash" ? "echo $kept" : "kept";
  const { text, logs } = await sandbox.runCode(get, { context });
  expect(text ?? logs.stdout.join("").trim()).toBe("1");
  await sandbox.removeCodeContext(context);
});
