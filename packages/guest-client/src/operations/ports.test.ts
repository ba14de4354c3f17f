import type { GuestAgent } from "@forkd/core";
import { expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";
import type { Script } from "../../test/scripted-agent.ts";

/** What an agent that answers so is asked, and the failure of that. */
async function ask(script: Script, question: (agent: GuestAgent) => Promise<unknown>, deadlines = {}) {
  await using scripted = await startScriptedAgent(script);
  await using agent = await connectAgent(scripted, deadlines);
  return await failureOf(question(agent));
}

const json =
  (status: number, body: unknown): Script =>
  (stream) => {
    stream.respond({ ":status": status });
    stream.end(JSON.stringify(body));
  };

const connect = (agent: GuestAgent): Promise<unknown> => agent.connectToPort(80, calm);

it.each([
  ["list", (agent: GuestAgent) => agent.listListeners(calm)],
  ["wait", (agent: GuestAgent) => agent.waitForPort(80, calm)],
  ["connect", connect],
])("an older agent that is to %s gives agent_outdated", async (_, question) => {
  const older = json(404, { code: "not_found", message: "there is no such request" });
  expect(await ask(older, question)).toMatchObject({ code: "agent_outdated" });
});

it.each([
  ["port_refused", "nothing listens on port 80"],
  ["port_timeout", "took no connection"],
])("%s of the agent is ours", async (code, said) => {
  const failure = await ask(json(502, { code, message: "no" }), connect);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(said) as string });
});

it.each([
  ["a port that is none", [{ port: 70_000, address: "::", pid: 1, command: "x" }]],
  ["an address that is none", [{ port: 1, address: "\u001B[2J", pid: 1, command: "x" }]],
  [
    "more than there can be",
    Array.from({ length: 1025 }, () => ({ port: 1, address: "::", pid: 1, command: "x" })),
  ],
])("a list with %s gives agent_protocol", async (_, ports) => {
  expect(await ask(json(200, { ports }), (agent) => agent.listListeners(calm))).toMatchObject({
    code: "agent_protocol",
  });
});

it("names of programs cannot drive a terminal", async () => {
  const ports = [{ port: 1, address: "::", pid: 1, command: "a\u001B[31m\nb" }];
  await using scripted = await startScriptedAgent(json(200, { ports }));
  await using agent = await connectAgent(scripted);
  expect(await agent.listListeners(calm)).toMatchObject([{ command: "a [31m b" }]);
});

it("an agent that never answers a connection is waited for no longer than that takes", async () => {
  expect(await ask(() => undefined, connect, { portMs: 300 })).toMatchObject({ code: "agent_timeout" });
});

it("a connection is ours from its answer on: no deadline ends it, and what came with the answer is in it", async () => {
  await using scripted = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200 });
    stream.write("early ");
    setTimeout(() => stream.end("late"), 1500);
  });
  await using agent = await connectAgent(scripted, { portMs: 1000 });
  const chunks = await Array.fromAsync(await agent.connectToPort(80, calm));
  expect(String(Buffer.concat(chunks as Buffer[]))).toBe("early late");
});
