import { beforeAll, describe, expect, it } from "vitest";
import { TEST_IDENTITY, calm, connectAgent } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

type Language = "python" | "node";

async function evaluate(language: Language, code: string, mode: "auto" | "run" = "auto"): Promise<unknown> {
  const call = { language, code, mode, timeoutMs: 10_000 } as const;
  const { error, traceback, result_json: json } = await use.agent.evaluate(call, calm);
  if (error !== null) throw new Error(traceback ?? error);
  return JSON.parse(json ?? "null");
}

/** What is timed below would otherwise start one. */
beforeAll(async () => {
  await evaluate("python", "0");
  await evaluate("node", "0");
});

/** Forks with a variable of its own, so that it shows when an interpreter has heard of it. */
function fork(greeting: string) {
  return use.agent.fork({ ...TEST_IDENTITY, env: { GREETING: greeting } }, calm);
}

const SEED = `
import os, random, ssl
random.seed(7)
own = random.Random(7)
`;
const FIRST_AFTER_SEED = 0.32383276483316237;

/** Runs while a fork comes, without looking at anything else than the time. */
const BUSY = { python: "while time.time() < until: pass", node: "while (Date.now() < until * 1000);" };

describe("a fork of a warm Python", () => {
  it("gives new states to all generators, whether the interpreter has run since the sync or not", async () => {
    await evaluate("python", SEED, "run");
    expect(await evaluate("python", "random.Random(7).random()")).toBe(FIRST_AFTER_SEED);
    for (const runsSince of [false, true]) {
      await evaluate("python", SEED, "run");
      await use.agent.sync(calm);
      if (runsSince) await evaluate("python", "0");
      const { reseeded } = await fork(`runs since: ${runsSince}`);
      expect(reseeded).toContain("python");
      const drawn = await evaluate("python", "[random.random(), own.random()]");
      expect(drawn).not.toContain(FIRST_AFTER_SEED);
      expect(await evaluate("python", "os.environ['GREETING']")).toBe(`runs since: ${runsSince}`);
    }
  });

  it("does not share the second half of a pair of normal numbers", async () => {
    await evaluate("python", `${SEED}\nrandom.gauss(0, 1); own.gauss(0, 1)`, "run");
    const kept = await evaluate("python", "[random._inst.gauss_next, own.gauss_next]");
    await use.agent.sync(calm);
    await fork("gauss");
    const drawn = await evaluate("python", "[random.gauss(0, 1), own.gauss(0, 1)]");
    expect(drawn).toHaveLength(2);
    for (const number of kept as number[]) expect(drawn).not.toContain(number);
  });

  it("leaves OpenSSL without a state to share", async () => {
    expect(
      await evaluate("python", "ssl.RAND_status() and len({ssl.RAND_bytes(300) for _ in range(9)})"),
    ).toBe(9);
  });
});

describe.each<Language>(["python", "node"])("a fork while %s is busy", (language) => {
  it("neither waits nor fails, and the interpreter hears of it", async () => {
    const until = Date.now() / 1000 + 60;
    await evaluate(
      language,
      language === "python" ? `import os, time\nuntil = ${until}` : `var until = ${until}`,
      "run",
    );
    const busy = evaluate(language, BUSY[language], "run").catch(() => undefined);
    await evaluate(language === "python" ? "node" : "python", "0");
    const { reseeded } = await fork(`busy ${language}`);
    expect(Date.now() / 1000).toBeLessThan(until);
    expect(reseeded).not.toContain(language);
    await use.agent.contexts.interrupt(language, calm);
    await busy;
    const code = language === "python" ? "os.environ['GREETING']" : "process.env.GREETING";
    expect(await evaluate(language, code)).toBe(`busy ${language}`);
  });
});

it("ends a context that does not answer, tells of it, and forks all the same", async () => {
  await use.agent[Symbol.asyncDispose]();
  use.agent = await connectAgent(use.fixture, { forkMs: 30_000 });
  const { agent } = use;
  const call = { mode: "auto", timeoutMs: 10_000 } as const;
  const hung = await agent.contexts.create({ id: "hung", language: "node", env: {} }, calm);
  const code = "setImmediate(() => { for (;;); }); 1";
  await agent.evaluate({ ...call, language: "node", contextId: hung.id, code }, calm);
  await evaluate("python", "kept = 1", "run");
  const report = await agent.fork(TEST_IDENTITY, calm);
  expect(report.ended).toEqual([{ context: "hung", why: expect.stringContaining("random states") }]);
  expect(report.reseeded).toContain("python");
  expect((await agent.fork(TEST_IDENTITY, calm)).ended).toEqual(report.ended);
  const next = { ...call, language: "node", contextId: hung.id, code: "1 + 1" } as const;
  expect(await agent.evaluate(next, calm)).toMatchObject({
    error_name: "KernelDied",
    error: expect.stringContaining("random states"),
  });
  expect(await agent.evaluate(next, calm)).toMatchObject({ result: "2" });
  expect((await agent.fork(TEST_IDENTITY, calm)).ended).toEqual([]);
  expect(await evaluate("python", "kept")).toBe(1);
  await agent.contexts.remove(hung.id, calm);
});

it("forks when a context ends instead of answering", async () => {
  const mortal = await use.agent.contexts.create({ id: "mortal", language: "node", env: {} }, calm);
  const code = "setImmediate(() => { for (;;); }); 1";
  const call = { language: "node", contextId: mortal.id, mode: "auto", timeoutMs: 10_000 } as const;
  await use.agent.evaluate({ ...call, code }, calm);
  const forking = fork("one context less");
  await use.agent.ping(calm);
  process.kill(mortal.pid ?? Number.NaN, "SIGKILL");
  expect((await forking).ended).toEqual([{ context: "mortal", why: expect.stringContaining("SIGKILL") }]);
  await use.agent.contexts.remove(mortal.id, calm);
});

it("a busy Python draws from a new state at once", async () => {
  await evaluate("python", `${SEED}\nimport time\nuntil = time.time() + 5`, "run");
  const busy = evaluate("python", "while time.time() < until: pass\n[random.random(), own.random()]");
  await evaluate("node", "0");
  await fork("drawn");
  expect(await busy).not.toContain(FIRST_AFTER_SEED);
});

it("a Python that has not begun its call draws from a new state too", async () => {
  await evaluate("python", SEED, "run");
  const { interpreters } = await use.agent.ping(calm);
  const pid = interpreters.python.pid ?? Number.NaN;
  process.kill(pid, "SIGSTOP");
  const sent = evaluate("python", "[random.random(), own.random(), os.environ['GREETING']]");
  await evaluate("node", "0");
  await fork("sent");
  process.kill(pid, "SIGCONT");
  const drawn = await sent;
  expect(drawn).not.toContain(FIRST_AFTER_SEED);
  expect(drawn).toContain("sent");
});
