import { access, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GuestAgent, WarmLanguage } from "@forkd/core";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { callJson } from "../src/connection/call.ts";
import { AgentSession } from "../src/connection/session.ts";
import { createGuestConnector } from "../src/index.ts";
import { runCommand } from "../src/operations/exec.ts";
import { syncGuest } from "../src/operations/sync.ts";
import { provideAgentBuild } from "../../../tests/harness/tested-agent.ts";
import { startAgent } from "./agent-fixture.ts";
import type { AgentFixture } from "./agent-fixture.ts";
import { finish, shell, untilOutput } from "./commands.ts";
import { TEST_IDENTITY, calm, connectAgent } from "./dial.ts";

type Language = WarmLanguage;

const connector = createGuestConnector();
const FIRST_AFTER_SEED = 0.32383276483316237;

/** What a program in each language sees of itself: its names, environments, and the number of the call. */
const VIEWS: Record<Language, readonly string[]> = {
  python: [
    "sorted(globals())",
    "dict(__import__('os').environ)",
    "sorted(__import__('subprocess').check_output(['env'], text=True).split('\\n'))",
    "[kept, sorted(__import__('sys').modules)]",
  ],
  node: ["Object.getOwnPropertyNames(globalThis).sort()", "({...process.env})", "kept"],
};
const FAILING = { python: "1 / 0", node: "null.missing" };

async function evaluate(agent: GuestAgent, language: Language, code: string): Promise<unknown> {
  const { error, result_json: json } = await agent.evaluate(
    { language, code, mode: "auto", timeoutMs: 10_000 },
    calm,
  );
  if (error !== null) throw new Error(error);
  return JSON.parse(json ?? "null");
}

async function viewOf(agent: GuestAgent, language: Language): Promise<unknown[]> {
  const views = [];
  for (const code of VIEWS[language]) views.push(await evaluate(agent, language, code));
  return views;
}

/** The number in `<cell 7>` or `cell-7`, which an error of the next call tells. */
async function nextCell(agent: GuestAgent, language: Language): Promise<number> {
  const call = { language, code: FAILING[language], mode: "auto", timeoutMs: 10_000 } as const;
  const { traceback } = await agent.evaluate(call, calm);
  return Number(/cell[ -](\d+)/.exec(traceback ?? "")?.[1]);
}

/** All that `GET /health` tells, but for the time. */
async function healthOf(fixture: AgentFixture): Promise<object> {
  await using session = AgentSession.open(await fixture.dial());
  const schema = z.looseObject({ uptime_ms: z.number(), realtime_ns: z.string(), monotonic_ns: z.string() });
  const call = { request: "GET /health", method: "GET", path: "/health", schema, timeoutMs: 5000 } as const;
  const {
    uptime_ms: _up,
    realtime_ns: _real,
    monotonic_ns: _monotonic,
    ...health
  } = await callJson(session, {
    ...call,
    signal: calm.signal,
  });
  return health;
}

async function rehearse(fixture: AgentFixture): Promise<void> {
  await using _agent = await connector.connectAndRehearse(await fixture.dial(), calm);
}

/** A hook whose run leaves a file. */
async function writeHook(fixture: AgentFixture): Promise<string> {
  const directory = join(fixture.root, "etc/forkd/on-fork.d");
  const ran = join(fixture.directory, "hook-ran");
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "10-leave-a-file"), `#!/bin/sh\necho "$GREETING" >> ${ran}\n`);
  await chmod(join(directory, "10-leave-a-file"), 0o755);
  return ran;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Does something while an interpreter stands still, which therefore does not need it. */
async function whileStopped<T>(agent: GuestAgent, work: () => Promise<T>): Promise<T> {
  const { pid } = (await agent.ping(calm)).interpreters.python;
  if (pid === null) throw new Error("Python does not run");
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

// Each test starts an agent of its own, and none has the time to build it.
beforeAll(provideAgentBuild, 600_000);

describe("a rehearsal", () => {
  it.each<Language>(["python", "node"])("leaves what programs in %s see as it was", async (language) => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    await evaluate(agent, language, "kept = 1");
    await agent.fork(TEST_IDENTITY, calm);
    const before = await viewOf(agent, language);
    const cell = await nextCell(agent, language);
    await agent.rehearse(calm);
    expect(await nextCell(agent, language)).toBe(cell + 1);
    expect(await viewOf(agent, language)).toEqual(before);
  });

  it("leaves no name behind where its own code fails", async () => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    await evaluate(agent, "python", "print = range = open = None");
    const before = await evaluate(agent, "python", "sorted(globals())");
    await agent.rehearse(calm);
    expect(await evaluate(agent, "python", "sorted(globals())")).toEqual(before);
  });

  it("leaves a machine that was never forked as it was, and the fork after it is the first", async () => {
    await using fixture = await startAgent();
    const ran = await writeHook(fixture);
    const report = join(fixture.root, "run/forkd/fork.json");
    {
      await using agent = await connectAgent(fixture);
      await evaluate(agent, "python", "kept = 1");
      await finish(agent.exec(shell("exit 9"), calm));
    }
    const health = await healthOf(fixture);
    expect(health).toMatchObject({ sandbox_id: null, child_index: null });
    await rehearse(fixture);
    expect(await healthOf(fixture)).toEqual(health);
    expect(await exists(report)).toBe(false);
    expect(await exists(ran)).toBe(false);
    {
      await using agent = await connectAgent(fixture);
      expect(await agent.listProcesses(calm)).toMatchObject([{ args: ["sh", "-c", "exit 9"] }]);
      const { stdout } = await finish(agent.exec(shell("echo $FORKD_SANDBOX_ID $FORKD_REHEARSAL"), calm));
      expect(stdout).toBe("\n");
      expect(await evaluate(agent, "python", "__import__('os').environ.get('FORKD_CHILD_INDEX')")).toBeNull();
    }
    const forked = await connector.connectAndFork(await fixture.dial(), TEST_IDENTITY, calm);
    await using agent = forked.agent;
    expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({
      sandbox_id: TEST_IDENTITY.sandboxId,
      generation: 1,
    });
    expect(await readFile(ran, "utf8")).toBe("hello\n");
    expect(await evaluate(agent, "python", "__import__('os').environ['GREETING']")).toBe("hello");
  });

  it("reseeds an idle Python, and leaves it so that a fork need not wait for it", async () => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    await evaluate(agent, "python", "import random; random.seed(7); own = random.Random(7)");
    await agent.rehearse(calm);
    const { reseeded } = await whileStopped(agent, () => agent.fork(TEST_IDENTITY, calm));
    expect(reseeded).toContain("python");
    expect(await evaluate(agent, "python", "[random.random(), own.random()]")).not.toContain(
      FIRST_AFTER_SEED,
    );
    expect(await evaluate(agent, "python", "__import__('os').environ['GREETING']")).toBe("hello");
  });

  it("gives a Python that was seeded new states by itself", async () => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    await evaluate(agent, "python", "import random; random.seed(7)");
    await agent.rehearse(calm);
    expect(await evaluate(agent, "python", "random.random()")).not.toBe(FIRST_AFTER_SEED);
  });

  it("does not keep the news of a fork before it from an interpreter", async () => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    await evaluate(agent, "python", "0");
    await agent.sync(calm);
    await agent.fork(TEST_IDENTITY, calm);
    await agent.rehearse(calm);
    expect(await evaluate(agent, "python", "__import__('os').environ['GREETING']")).toBe("hello");
  });

  it("neither waits for a busy Python nor touches it", async () => {
    await using fixture = await startAgent();
    await using agent = await connectAgent(fixture);
    const code = "import random, time\nrandom.seed(7)\nuntil = time.time() + 1.5";
    await evaluate(agent, "python", code);
    const busy = evaluate(agent, "python", "while time.time() < until: pass\nrandom.random()");
    await agent.rehearse(calm);
    expect((await agent.ping(calm)).interpreters.python.state).toBe("busy");
    expect(await busy).toBe(FIRST_AFTER_SEED);
  });
});

it("a sync without the disk makes Python ready for a fork", async () => {
  await using fixture = await startAgent();
  {
    await using agent = await connectAgent(fixture);
    await evaluate(agent, "python", "0");
  }
  {
    await using session = AgentSession.open(await fixture.dial());
    await syncGuest(session, { disk: false, timeoutMs: 5000 }, calm);
  }
  await using agent = await connectAgent(fixture);
  const { reseeded } = await whileStopped(agent, () => agent.fork(TEST_IDENTITY, calm));
  expect(reseeded).toContain("python");
});

describe("a command that is not listed", () => {
  it("can be watched and signalled, but is in no list, running or ended", async () => {
    await using fixture = await startAgent();
    await using session = AgentSession.open(await fixture.dial());
    const command = { ...shell("echo started; exec sleep 60"), listed: false };
    const events = runCommand(session, command, 1000, calm)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    const ask = (method: "GET" | "POST", path: string, body?: object): Promise<object> =>
      callJson(session, {
        request: path,
        method,
        path,
        body,
        schema: z.looseObject({}),
        timeoutMs: 5000,
        ...calm,
      });
    expect(await ask("GET", "/processes")).toEqual({ processes: [] });
    await ask("POST", `/processes/${pid}/signal`, { signal: "SIGKILL" });
    const { exit } = await finish({ [Symbol.asyncIterator]: () => events });
    expect(exit).toMatchObject({ signal: "SIGKILL" });
    expect(await ask("GET", "/processes")).toEqual({ processes: [] });
  });

  it("takes the place of none that is", async () => {
    await using fixture = await startAgent();
    const ended = Array.from({ length: 64 }, (_, n) => `exit ${n}`);
    {
      await using session = AgentSession.open(await fixture.dial());
      for (const script of ended) await finish(runCommand(session, shell(script), 1000, calm));
      for (let n = 0; n < 3; n += 1) {
        await finish(runCommand(session, { ...shell("true"), listed: false }, 1000, calm));
      }
    }
    await using agent = await connectAgent(fixture);
    const listed = (await agent.listProcesses(calm)).map(({ args }) => args[2]);
    expect(new Set(listed)).toEqual(new Set(ended));
  });
});
