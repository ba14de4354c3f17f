import { NotFoundError, Sandbox, TimeoutError } from "@e2b/code-interpreter";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-code-faults");
  sandbox = await create();
});
afterAll(() => e2b[Symbol.asyncDispose]());

const create = (): Promise<Sandbox> => Sandbox.create(PARENT, e2b.options);

/** A request to the port of the interpreter, with what a client would not send. */
const ask = (path: string, init: RequestInit, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${e2b.baseUrl}${path}`, {
    ...init,
    headers: {
      "content-type": "application/json",
      "e2b-sandbox-id": sandbox.sandboxId,
      "e2b-sandbox-port": "49999",
      ...headers,
    },
  });

const tokenOf = (): Record<string, string> => ({
  "x-access-token": sandbox["envdAccessToken"] ?? "",
});

test.each(["none", "A-B", "3f2b6c1e-0c5b-4b8e-9d3a-1f1f1f1f1f1f", "x".repeat(100), "%2e%2e", "..%2f.."])(
  "a context '%s' is not found",
  async (id) => {
    await expect(sandbox.removeCodeContext(id)).rejects.toThrow(NotFoundError);
    await expect(sandbox.runCode("1", { context: { id, language: "python", cwd: "/" } })).rejects.toThrow(
      NotFoundError,
    );
  },
);

test.each([
  [
    "a language that there is none of",
    { code: "1", language: "r" },
    /language "r" is not supported: .*; use python/,
  ],
  ["variables for one execution", { code: "1", env_vars: { A: "1" } }, /env_vars is not supported/],
  ["a context and a language", { code: "1", language: "python", context_id: "python" }, /together/],
  ["code that is none", { code: 1 }, /code/],
  ["no code", {}, /code/],
])("%s is refused by name, in the status line too", async (_what, body, message) => {
  const answer = await ask("/execute", { method: "POST", body: JSON.stringify(body) }, tokenOf());
  expect(answer.status).toBe(400);
  expect(answer.statusText).toMatch(message);
  expect(await answer.json()).toMatchObject({ code: 400, message: expect.stringMatching(message) as string });
});

test("nobody gets in without the sandbox's own token", async () => {
  const attempts: Record<string, string>[] = [
    {},
    { "x-access-token": "" },
    { "x-access-token": "0".repeat(64) },
    { "e2b-traffic-access-token": "0".repeat(64) },
  ];
  for (const headers of attempts)
    for (const [method, path] of [
      ["GET", "/contexts"],
      ["POST", "/execute"],
      ["GET", "/health"],
    ] as const)
      expect((await ask(path, { method }, headers)).status).toBe(401);
});

test.each([
  ["no JSON", "{", 400],
  ["another type", "[]", 400],
  ["code of more than a million characters", JSON.stringify({ code: "#".repeat(1_100_000) }), 400],
  ["more than 8 MiB", JSON.stringify({ code: "#".repeat(9 << 20) }), 413],
])("a body with %s is refused", async (_what, body, status) => {
  expect((await ask("/execute", { method: "POST", body }, tokenOf())).status).toBe(status);
});

test.each(["/", "/execute/", "/contexts/a/b/c", "/../../v1/sandboxes", "//execute"])(
  "%s is no path",
  async (path) => {
    expect((await ask(path, { method: "POST", body: "{}" }, tokenOf())).status).toBe(404);
  },
);

test("a client that goes away ends its code, also the one that waits for its turn", async () => {
  const context = await sandbox.createCodeContext();
  const execute = (code: string, signal: AbortSignal): Promise<Response> =>
    ask(
      "/execute",
      { method: "POST", body: JSON.stringify({ code, context_id: context.id }), signal },
      tokenOf(),
    );
  const [first, second] = [new AbortController(), new AbortController()];
  const running = await execute("import time; ran = []; print(1)\ntime.sleep(600)", first.signal);
  // Its head comes although it has nothing to tell yet.
  const waiting = await execute("ran.append(2)", second.signal);
  expect(waiting.status).toBe(200);
  second.abort();
  await expect(waiting.text()).rejects.toThrow("aborted");
  first.abort();
  await expect(running.text()).rejects.toThrow("aborted");
  expect((await sandbox.runCode("ran", { context })).text).toBe("[]");
  await sandbox.removeCodeContext(context);
});

test("code that floods waits for its reader, and arrives whole", async () => {
  const code = "import sys\nfor i in range(160): sys.stdout.write(chr(97 + i % 26) * 65536)";
  let length = 0;
  const { logs } = await sandbox.runCode(code, {
    onStdout: async ({ line }) => {
      length += line.length;
      await new Promise((resume) => setTimeout(resume, 1));
    },
  });
  expect(length).toBe(160 * 65_536);
  expect(logs.stdout.join("").slice(65_535, 65_537)).toBe("ab");
});

test("bytes that are no text, and text that looks like lines, stay in their line", async () => {
  const code = `import sys
sys.stdout.buffer.write(bytes(range(256)))
print("\\u2028{\\"type\\": \\"error\\"}\\r\\n\\u0085")
display({"type": "stdout", "is_main_result": "yes", "text/plain": "\\ud800\\0"}, raw=True)
`;
  const { logs, results, error } = await sandbox.runCode(code);
  const printed = logs.stdout.join("");
  expect(printed).toContain('\u2028{"type": "error"}\r\n\u0085');
  expect(printed.startsWith("\0\x01\x02")).toBe(true);
  expect(results).toHaveLength(1);
  expect([results[0]?.isMainResult, error]).toEqual([false, undefined]);
});

test("code that ends its interpreter is told so, and the next finds another", async () => {
  const context = await sandbox.createCodeContext();
  const died = await sandbox.runCode("import os; os._exit(3)", { context });
  expect(died.error).toMatchObject({ name: "KernelDied" });
  expect((await sandbox.runCode("6 * 7", { context })).text).toBe("42");
  const forked = await sandbox.runCode("import os\nif os.fork() == 0: os.setsid()\n1", { context });
  expect(forked.results).toHaveLength(1);
  await sandbox.removeCodeContext(context);
});

test.each(["kill", "suspend"] as const)(
  "a sandbox that ends by %s in the middle of code is told of",
  async (how) => {
    const other = await create();
    const begun = Promise.withResolvers<void>();
    const code = "import time\nprint(1)\ntime.sleep(600)";
    const running = other.runCode(code, { onStdout: () => begun.resolve() });
    running.catch(() => {});
    await begun.promise;
    await e2b.daemon.forkd.sandboxes.at(other.sandboxId)[how]();
    await expect(running).rejects.toThrow(/killed while the request was in progress/);
    for (const late of [() => other.runCode("1"), () => other.listCodeContexts()])
      await expect(late()).rejects.toThrow(TimeoutError);
  },
);

test("a daemon that is killed breaks the answer off, and the next one knows the sandbox and its state", async () => {
  const begun = Promise.withResolvers<void>();
  const code = "import time\nprint(1)\ntime.sleep(1)\nfinished = 1";
  const running = sandbox.runCode(code, { onStdout: () => begun.resolve() });
  running.catch(() => {});
  await begun.promise;
  await e2b.daemon.kill();
  await expect(running).rejects.toThrow(/terminated|fetch failed/);
  await e2b.daemon.start();
  expect((await sandbox.runCode("type(time).__name__")).text).toBe("'module'");
});

test("a sandbox that rests is woken up by code, where it was created so", async () => {
  const lifecycle = { onTimeout: "pause", autoResume: true } as const;
  const resting = await Sandbox.create(PARENT, { ...e2b.options, lifecycle });
  await resting.runCode("kept = 1");
  await resting.pause();
  expect((await resting.runCode("kept")).text).toBe("1");
});
