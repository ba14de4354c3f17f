import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { finish, shell } from "../../test/commands.ts";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { EXIT_FRAME, START_FRAME, execFrame, startScriptedAgent } from "../../test/scripted-agent.ts";

/** An agent that knows nothing of offsets and of what came later. */
async function startOlderAgent(asked: string[]) {
  return await startScriptedAgent((stream, headers) => {
    const path = headers[":path"] ?? "";
    asked.push(path);
    if (path === "/exec" || path.startsWith("/processes/42/output"))
      return stream.end(Buffer.concat([START_FRAME, execFrame(1, Buffer.from("x")), EXIT_FRAME]));
    if (path === "/processes/42/signal") return stream.end("{}");
    stream.respond({ ":status": 404 });
    return stream.end(JSON.stringify({ code: "not_found", message: `there is no ${path}` }));
  });
}

it.each([
  ["output from an offset", { fromOffset: 0 }],
  ["output from a later offset", { fromOffset: 7 }],
])("an agent that cannot give %s is told to be older", async (_, from) => {
  await using older = await startOlderAgent([]);
  await using agent = await connectAgent(older);
  const failure = await failureOf(finish(agent.attach({ pid: 42, ...from }, calm)));
  expect(failure).toMatchObject({ code: "agent_outdated" });
});

it("a lossless command that an older agent has started as any other is ended", async () => {
  const asked: string[] = [];
  await using older = await startOlderAgent(asked);
  await using agent = await connectAgent(older);
  const command = shell("true", { detach: true, lossless: true });
  expect(await failureOf(finish(agent.exec(command, calm)))).toMatchObject({ code: "agent_outdated" });
  expect(asked).toEqual(["/exec", "/processes/42/signal"]);
});

it("standard input is not closed by an agent that cannot leave it open", async () => {
  await using older = await startOlderAgent([]);
  await using agent = await connectAgent(older);
  const input = Readable.from([Buffer.from("x")]);
  expect(await failureOf(agent.writeStdin({ pid: 42, more: true }, input, calm))).toMatchObject({
    code: "agent_outdated",
  });
});

it("the end of a command is waited for by its output where there is no other way", async () => {
  await using older = await startOlderAgent([]);
  await using agent = await connectAgent(older);
  expect(await agent.waitForProcess(42, calm)).toMatchObject({ type: "exit", exitCode: 0 });
});

it("what an older agent cannot measure is told", async () => {
  await using older = await startOlderAgent([]);
  await using agent = await connectAgent(older);
  for (const work of [agent.measure(calm), agent.listTasks(calm)])
    expect(await failureOf(work)).toMatchObject({ code: "agent_outdated" });
});
