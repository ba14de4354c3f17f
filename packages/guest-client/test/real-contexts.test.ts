import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvalResult } from "@forkd/contract";
import type { Language } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { TEST_IDENTITY, calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();
let made = 0;

/** A context that a test may do with as it likes. */
async function create(language: Language, own: { cwd?: string; env?: Record<string, string> } = {}) {
  made += 1;
  return await use.agent.contexts.create({ id: `ctx_${made}`, language, env: {}, ...own }, calm);
}

function run(
  context: { id: string; language: Language },
  code: string,
  timeoutMs = 20_000,
): Promise<EvalResult> {
  const { id: contextId, language } = context;
  return use.agent.evaluate({ language, contextId, code, mode: "auto", timeoutMs }, calm);
}

function stream(context: { id: string; language: Language }, code: string) {
  const { id: contextId, language } = context;
  return use.agent.evaluateStream({ language, contextId, code, mode: "auto", timeoutMs: 60_000 }, calm);
}

const stateOf = async (id: string) =>
  (await use.agent.contexts.list(calm)).find((context) => context.id === id)?.state;

/** Code that says that it has begun, and goes on for long; Node has no handler of signals while a call begins. */
const LONG: Record<Language, string> = {
  python: "import time; print('begun')\nwhile True: time.sleep(0.01)",
  node: "await new Promise((end) => setTimeout(end, 50)); console.log('begun'); await new Promise(() => setInterval(() => {}, 1000))",
  bash: "echo begun; f() { while :; do sleep 0.01; done; }; f",
};
const SET: Record<Language, string> = { python: "kept = 41", node: "var kept = 41", bash: "kept=41" };
const GET: Record<Language, string> = {
  python: "print(kept + 1)",
  node: "console.log(kept + 1)",
  bash: "echo $((kept + 1))",
};

describe("contexts", () => {
  it("has the one of each language from the beginning, and what was created behind them", async () => {
    const context = await create("python", { cwd: "/tmp" });
    expect(context).toMatchObject({ language: "python", cwd: "/tmp", state: "ready" });
    const ids = (await use.agent.contexts.list(calm)).map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(["python", "node", "bash"]);
    expect(ids).toContain(context.id);
    await use.agent.contexts.remove(context.id, calm);
    expect(await stateOf(context.id)).toBeUndefined();
    expect(await failureOf(run(context, "1"))).toMatchObject({ code: "context_not_found" });
  });

  it.each(["python", "node", "bash"] as const)(
    "%s has a state of its own in each, kept by an interrupt and lost by a restart",
    async (language) => {
      const [one, other] = [await create(language), await create(language)];
      await run(one, SET[language]);
      expect((await run(one, GET[language])).stdout).toBe("42\n");
      expect((await run(other, GET[language])).stdout).not.toBe("42\n");
      const running = stream(one, LONG[language])[Symbol.asyncIterator]();
      await running.next();
      expect((await running.next()).value).toMatchObject({ type: "stdout" });
      expect(await use.agent.contexts.interrupt(one.id, calm)).toBe(true);
      const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => running });
      expect(rest.at(-1)).toMatchObject({ type: "end", outcome: { timed_out: false } });
      expect((await run(one, GET[language])).stdout).toBe("42\n");
      expect(await use.agent.contexts.interrupt(one.id, calm)).toBe(false);
      expect(await use.agent.contexts.restart(one.id, calm)).toMatchObject({ id: one.id, state: "ready" });
      expect((await run(one, GET[language])).stdout).not.toBe("42\n");
      for (const { id } of [one, other]) await use.agent.contexts.remove(id, calm);
    },
  );

  it("interrupts bash each time, which forgets what comes while it starts a command", async () => {
    const context = await create("bash");
    for (let round = 0; round < 60; round += 1) {
      const running = stream(context, round % 2 === 0 ? LONG.bash : "echo begun; sleep 60");
      const events = running[Symbol.asyncIterator]();
      for (const type of ["start", "stdout"]) expect((await events.next()).value).toMatchObject({ type });
      await use.agent.contexts.interrupt(context.id, calm);
      const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => events });
      expect(rest.at(-1)).toMatchObject({ type: "end", outcome: { timed_out: false, exit_code: 130 } });
    }
    await use.agent.contexts.remove(context.id, calm);
  });

  it("begins in its directory with its variables, also after a restart and a fork", async () => {
    const context = await create("bash", { cwd: "/usr", env: { GREETING: "it's me" } });
    const ask = async () => (await run(context, 'echo "$PWD $GREETING $FORKD_CHILD_INDEX"')).stdout;
    expect(await ask()).toBe("/usr it's me \n");
    await use.agent.fork({ ...TEST_IDENTITY, childIndex: 7, env: { GREETING: "not me" } }, calm);
    expect(await ask()).toBe("/usr it's me 7\n");
    await run(context, "cd /");
    await use.agent.contexts.restart(context.id, calm);
    expect(await ask()).toBe("/usr it's me 7\n");
    await use.agent.contexts.remove(context.id, calm);
  });

  it("refuses a directory that is not there, a name that is taken, and one too many", async () => {
    expect(await failureOf(create("python", { cwd: "/no/such" }))).toMatchObject({
      code: "guest_refused",
      message: expect.stringContaining("/no/such"),
    });
    expect(
      await failureOf(use.agent.contexts.create({ id: "python", language: "python", env: {} }, calm)),
    ).toMatchObject({ code: "guest_refused" });
    const contexts = [];
    for (let i = 0; i < 16; i += 1) contexts.push(await create("bash"));
    expect(await failureOf(create("bash"))).toMatchObject({ code: "too_many_contexts" });
    for (const { id } of contexts) await use.agent.contexts.remove(id, calm);
  });

  it("is not kept when whoever asked for it has gone before it was ready", async () => {
    const slow = join(use.fixture.directory, "slow");
    await mkdir(slow);
    await writeFile(join(slow, "sitecustomize.py"), "import time; time.sleep(60)");
    const leaving = new AbortController();
    const order = { id: "ctx_left", language: "python", env: { PYTHONPATH: slow } } as const;
    const creating = failureOf(use.agent.contexts.create(order, { signal: leaving.signal }));
    await expect.poll(() => stateOf(order.id)).toBe("starting");
    leaving.abort();
    expect(await creating).toMatchObject({ code: "cancelled" });
    await expect.poll(() => stateOf(order.id)).toBeUndefined();
  });

  it("keeps the one of a language, and knows no other", async () => {
    expect(await failureOf(use.agent.contexts.remove("python", calm))).toMatchObject({
      code: "guest_refused",
    });
    for (const attempt of [
      () => use.agent.contexts.remove("ctx_0", calm),
      () => use.agent.contexts.restart("ctx_0", calm),
      () => use.agent.contexts.interrupt("ctx_0", calm),
    ])
      expect(await failureOf(attempt())).toMatchObject({ code: "context_not_found" });
  });

  it("answers the call of a context that is removed or dies, and what waits for it", async () => {
    const context = await create("bash");
    const calls = [run(context, "sleep 60"), failureOf(run(context, "echo waits"))];
    await expect.poll(() => stateOf(context.id)).toBe("busy");
    await use.agent.contexts.remove(context.id, calm);
    expect(await calls[0]).toMatchObject({ error_name: "KernelKilled" });
    expect(await calls[1]).toMatchObject({ code: "interpreter_unavailable" });
    const mortal = await create("python");
    expect(await run(mortal, "import os; os._exit(3)")).toMatchObject({ error_name: "KernelDied" });
    expect(await run(mortal, "1 + 1")).toMatchObject({ result: "2", execution_count: 1 });
    await use.agent.contexts.remove(mortal.id, calm);
  });
});

it("ends what a context has left in its group when it dies", async () => {
  const context = await create("bash");
  const { stdout } = await run(context, "sleep 4321 & echo $!");
  const pid = Number(stdout);
  process.kill(pid, 0);
  await run(context, "kill -KILL $$");
  await expect
    .poll(async () => await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone"))
    .toMatch(/gone|\) Z /);
});
