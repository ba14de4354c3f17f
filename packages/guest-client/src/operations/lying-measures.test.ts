import type { GuestAgent } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";
import type { Script } from "../../test/scripted-agent.ts";

/** What an agent that answers so is asked, and what comes of it. */
async function ask<Reply>(
  script: Script,
  question: (agent: GuestAgent) => Promise<Reply>,
  quickMs = 60_000,
): Promise<Reply> {
  await using scripted = await startScriptedAgent(script);
  await using agent = await connectAgent(scripted, { quickMs });
  return await question(agent);
}

const text =
  (body: string): Script =>
  (stream) => {
    stream.respond({ ":status": 200 });
    stream.end(body);
  };
const json = (body: unknown): Script => text(JSON.stringify(body));

const USAGE = {
  memory_total_bytes: 2,
  memory_available_bytes: 1,
  disk_total_bytes: 2,
  disk_available_bytes: 1,
  processes: 1,
};
const TASK = { pid: 1, ppid: 0, user: "root", state: "S", cpu_ms: 1, resident_bytes: 1, command: "init" };
const PROCESS = { pid: 1, args: ["init"], running: true, exit_code: null, signal: null };

const KINDS = [
  {
    what: "what it uses",
    ask: (agent: GuestAgent): Promise<unknown> => agent.measure(calm),
    wrap: (fields: object): object => ({ ...USAGE, ...fields }),
    numbers: ["memory_total_bytes", "network_sent_bytes"],
  },
  {
    what: "a task",
    ask: (agent: GuestAgent): Promise<unknown> => agent.listTasks(calm),
    wrap: (fields: object): object => ({ total: 1, tasks: [{ ...TASK, ...fields }] }),
    numbers: ["cpu_ms"],
  },
  {
    what: "a command",
    ask: (agent: GuestAgent): Promise<unknown> => agent.listProcesses(calm),
    wrap: (fields: object): object => ({ processes: [{ ...PROCESS, ...fields }] }),
    numbers: ["output_bytes", "quiet_ms"],
  },
];

describe.each(KINDS)("a guest that lies of $what", ({ ask: question, wrap, numbers }) => {
  it.each([
    ["a negative number", -1],
    ["a fraction", 0.5],
    ["a number of 300 digits", 1e300],
    ["2^63", 2 ** 63],
    ["text for a number", "NaN"],
    ["a list", [1]],
    ["an object", {}],
  ])("is given up when it says %s", async (_, value) => {
    for (const number of numbers) {
      const failure = await failureOf(ask(json(wrap({ [number]: value })), question));
      expect(failure).toMatchObject({ code: "agent_protocol" });
    }
  });

  it.each(["NaN", "1e999", "-1e999", "Infinity"])("is given up when it says the number %s", async (word) => {
    for (const number of numbers) {
      const body = JSON.stringify(wrap({ [number]: 12345 })).replace("12345", word);
      expect(await failureOf(ask(text(body), question))).toMatchObject({ code: "agent_protocol" });
    }
  });

  it("is waited for no longer than others when it says nothing, or never ends", async () => {
    const silent: Script = () => undefined;
    const endless: Script = (stream) => {
      stream.respond({ ":status": 200 });
      stream.write("[");
      const timer = setInterval(() => void stream.write(" "), 20);
      stream.once("close", () => clearInterval(timer));
    };
    for (const script of [silent, endless])
      expect(await failureOf(ask(script, question, 1000))).toMatchObject({ code: "agent_timeout" });
  });

  it("is given up, or refused, when it floods", async () => {
    const body = `{"x":"${"x".repeat(16 * 1024 * 1024)}"}`;
    const { code } = await failureOf(ask(text(body), question));
    expect(["agent_protocol", "guest_refused"]).toContain(code);
  });
});

it.each([
  ["tasks", (agent: GuestAgent) => agent.listTasks(calm), { total: 1, tasks: Array(100_000).fill(0) }],
  ["commands", (agent: GuestAgent) => agent.listProcesses(calm), { processes: Array(100_000).fill(0) }],
])("a guest that lists 100,000 %s is given up", async (_, question, body) => {
  const failure = await failureOf(ask<unknown>(json(body), question));
  expect(failure).toMatchObject({ code: "agent_protocol" });
  expect(failure.message.length).toBeLessThan(1200);
});

it.each(["user", "state", "command"])(
  "the %s of a task drives no terminal, and is no longer than a line",
  async (field) => {
    const dirty = { total: 1, tasks: [{ ...TASK, [field]: "a\u001B[2J\u0000\n\u202Eb" }] };
    const { tasks } = await ask(json(dirty), (agent) => agent.listTasks(calm));
    expect(JSON.stringify(tasks)).not.toMatch(/\\u00|\\n|\u202E/);
    const long = { total: 1, tasks: [{ ...TASK, [field]: "x".repeat(1_000_000) }] };
    const failure = await failureOf(ask(json(long), (agent) => agent.listTasks(calm)));
    expect(failure).toMatchObject({ code: "agent_protocol" });
  },
);
