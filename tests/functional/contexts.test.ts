import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { EvalOptions, RichResult, Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

const stateOf = async (child: Sandbox, id: string) =>
  (await child.contexts.list()).find((context) => context.id === id)?.state;

/** Waits until something runs in a context. */
const busy = (child: Sandbox, id: string) => expect.poll(() => stateOf(child, id)).toBe("busy");

/** It says so once it waits: what meets the begin of a call ends Node, which has no handler for a moment then. */
const NODE_WAITS =
  "await new Promise((end) => setTimeout(end, 100)); console.log('begun'); await new Promise((end) => setTimeout(end, 60_000))";

test.each([
  ["python", "kept = 41", "print(kept + 1)", "import time; print('begun'); time.sleep(60)"],
  ["node", "var kept = 41", "console.log(kept + 1)", NODE_WAITS],
  ["bash", "kept=41", "echo $((kept + 1))", "echo begun; sleep 60"],
] as const)(
  "a context of %s has its own state, and lives on when it is interrupted",
  async (language, set, get, wait) => {
    const { child } = used;
    const context = await child.contexts.create({ language, cwd: "/usr" });
    expect(context).toMatchObject({ language, cwd: "/usr", state: "ready" });
    await child.eval(set, { context });
    expect((await child.eval(get, { context })).stdout).toBe("42\n");
    expect((await child.eval(get, { language })).stdout).not.toBe("42\n");
    const begun = Promise.withResolvers<void>();
    const running = child.eval(wait, { context, timeoutSecs: 90, onStdout: () => begun.resolve() });
    await begun.promise;
    expect(await child.contexts.interrupt(context)).toBe(true);
    expect(await running).toMatchObject({ timedOut: false, exitCode: language === "bash" ? 130 : 1 });
    expect((await child.eval(get, { context })).stdout).toBe("42\n");
    await child.contexts.restart(context);
    expect((await child.eval(get, { context })).stdout).not.toBe("42\n");
    await child.contexts.remove(context.id);
    await expect(child.eval(get, { context })).rejects.toMatchObject({ code: "context_not_found" });
  },
);

test("children have the contexts of their parent, a busy one among them, and each goes on by itself", async () => {
  await using source = await forkOne(used.daemon);
  const [idle, working] = [await source.contexts.create(), await source.contexts.create()];
  const shell = await source.contexts.create({ language: "bash" });
  const hung = await source.contexts.create({ language: "node" });
  await source.eval("setImmediate(() => { for (;;); }); 1", { context: hung });
  await source.eval("import random; random.seed(7); kept = [1]", { context: idle });
  await source.eval("RANDOM=7; kept=1", { context: shell });
  const seeded = "import random, time; random.seed(7); open('/run/seeded', 'w'); steps = 0";
  const loop = `${seeded}\nwhile True: steps += 1; time.sleep(0.001)`;
  const options: EvalOptions = { context: working, timeoutSecs: 60 };
  const running = source.eval(loop, options).catch((error: unknown) => error);
  await busy(source, working.id);
  // What seeds itself after the fork is like its siblings by its own will.
  await source.run("until [ -e /run/seeded ]; do sleep 0.05; done");
  await using children = await source.fork({ n: 2 });
  const told = await Promise.all(
    children.map(async (child) => {
      await child.contexts.interrupt(working);
      const [random, steps] = await Promise.all([
        child.eval("random.random()", { context: idle }),
        child.eval("steps, random.random()", { context: working }),
      ]);
      const { stdout } = await child.eval("echo $kept $RANDOM $RANDOM", { context: shell });
      return { random: random.resultJson, steps: JSON.parse(steps.resultJson ?? "[]") as number[], stdout };
    }),
  );
  expect(new Set(told.map(({ random }) => random)).size).toBe(2);
  expect(new Set(told.map(({ stdout }) => stdout)).size).toBe(2);
  for (const { steps, stdout } of told) {
    expect(steps[0]).toBeGreaterThan(0);
    expect(stdout).toMatch(/^1 /);
  }
  expect(new Set(told.map(({ steps }) => steps[1])).size).toBe(2);
  const events = await used.daemon.forkd.events.list({ types: ["sandbox.context_ended"] });
  for (const { id } of children)
    expect(events).toContainEqual(expect.objectContaining({ id, context: hung.id }));
  for (const child of children)
    expect(await child.eval("1", { context: hung })).toMatchObject({ errorName: "KernelDied" });
  expect(await stateOf(source, working.id)).toBe("busy");
  await source.contexts.remove(working);
  await running;
});

test("output and results are told while the code runs", async () => {
  const told: (string | RichResult)[] = [];
  const code =
    "import sys; print('out'); print('err', file=sys.stderr); display(1); display({'text/html': '<b>'}, raw=True)\n2";
  const result = await used.child.eval(code, {
    onStdout: (text) => told.push(text),
    onStderr: (text) => told.push(text),
    onResult: (content) => told.push(content),
  });
  expect(told).toHaveLength(5);
  expect(new Set(told.slice(0, 2))).toEqual(new Set(["err\n", "out\n"]));
  expect(told.slice(2)).toMatchObject([{ text: "1" }, { html: "<b>" }, { isMainResult: true, text: "2" }]);
  expect(result).toMatchObject({ stdout: "out\n", stderr: "err\n", result: "2", results: told.slice(2) });
});

test("code whose reader is slow waits for it, and code whose reader goes away is interrupted", async () => {
  const context = await used.child.contexts.create();
  const code = "for written in range(1000): print('x' * 65535)\nimport time; time.sleep(60)";
  const body = JSON.stringify({ code, context_id: context.id, timeout_secs: 60 });
  const sent = request({
    ...used.daemon.address,
    method: "POST",
    path: `/v1/sandboxes/${used.child.id}/eval`,
    headers: { accept: "application/x-ndjson", "content-type": "application/json" },
  });
  sent.end(body);
  const [reply] = (await once(sent, "response")) as [IncomingMessage];
  reply.pause();
  await busy(used.child, context.id);
  reply.destroy();
  await expect.poll(() => stateOf(used.child, context.id)).toBe("ready");
  // Far from the end of it: nothing has kept 64 MB for a reader that was not there.
  expect(Number((await used.child.eval("written", { context })).result)).toBeLessThan(500);
  await used.child.contexts.remove(context);
});
