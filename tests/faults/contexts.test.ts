import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const LONG = "import time; time.sleep(60)";

/** A call that runs in a context of a sandbox, and what becomes of it: its error's code, or that of a refusal. */
async function startLong(child: Sandbox) {
  const context = await child.contexts.create();
  await child.eval("kept = 1", { context });
  const end = child.eval(LONG, { context, timeoutSecs: 90 }).then(
    ({ errorName }) => errorName,
    (error: unknown) => (isForkdApiError(error) ? error.code : String(error)),
  );
  const stateOf = async () => (await child.contexts.list()).find(({ id }) => id === context.id)?.state;
  await expect.poll(stateOf).toBe("busy");
  return { context, end };
}

test("a call of a context that is removed or dies is answered, and its sandbox goes on", async () => {
  await using child = await forkOne(daemon);
  const { context, end } = await startLong(child);
  await child.contexts.remove(context);
  expect(await end).toBe("KernelKilled");
  const mortal = await child.contexts.create();
  expect(await child.eval("import os; os.kill(os.getpid(), 9)", { context: mortal })).toMatchObject({
    errorName: "KernelDied",
  });
  expect(await child.eval("'kept' in globals()", { context: mortal })).toMatchObject({ resultJson: "false" });
});

test("contexts of a paused sandbox are left alone, and what runs in one is busy behind that", async () => {
  await using child = await forkOne(daemon);
  const { context, end } = await startLong(child);
  await child.pause();
  await expect(child.contexts.interrupt(context)).rejects.toMatchObject({ code: "sandbox_paused" });
  await expect(child.contexts.create()).rejects.toMatchObject({ code: "sandbox_paused" });
  await child.resume();
  await expect.poll(async () => (await child.contexts.list()).at(-1)?.state).toBe("busy");
  await child.contexts.interrupt(context);
  expect(await end).toBe("KeyboardInterrupt");
});

test("what is too large is left out in the guest, and told", async () => {
  await using child = await forkOne(daemon);
  const large =
    "class Large:\n  def _repr_html_(self): return 'x' * 50_000_000\n  def _repr_latex_(self): return 'l'\nLarge()";
  const { results } = await child.eval(large);
  expect(results).toMatchObject([{ latex: "l", truncated: true }]);
  expect(results[0]?.html).toBeUndefined();
  const heavy = await child.eval("for _ in range(9): display({'text/html': 'x' * 1_000_000}, raw=True)");
  expect(heavy.truncated).toBe(true);
  expect(heavy.results).toHaveLength(8);
  expect(await child.eval("1 + 1")).toMatchObject({ result: "2", truncated: false });
});

test("ids that no context has, that are paths, and languages that there are not are refused", async () => {
  await using child = await forkOne(daemon);
  await expect(child.contexts.restart("ctx_0000000000000000")).rejects.toMatchObject({
    code: "context_not_found",
  });
  for (const id of ["../python", "a/b", "CTX", "", "x".repeat(65)]) {
    await expect(child.contexts.remove(id)).rejects.toMatchObject({ code: "invalid_request" });
    await expect(child.eval("1", { context: id })).rejects.toMatchObject({ code: "invalid_request" });
  }
  await expect(child.contexts.create({ language: "perl" as never })).rejects.toMatchObject({
    code: "invalid_request",
  });
  await expect(child.contexts.create({ cwd: "/no/such" })).rejects.toMatchObject({ code: "guest_refused" });
  await expect(child.contexts.remove("python")).rejects.toMatchObject({ code: "guest_refused" });
  const both = { context: "python", language: "python" } as const;
  await expect(child.eval("1", both)).rejects.toMatchObject({ code: "invalid_request" });
});
