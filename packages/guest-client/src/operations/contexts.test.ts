import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";

const INFO = {
  id: "ctx_1",
  language: "python",
  cwd: "/root",
  state: "ready",
  pid: 7,
  version: "3.11.2",
};
const plan = { id: "ctx_1", language: "python", env: {} } as const;
const inContext = {
  language: "python",
  contextId: "ctx_1",
  code: "1",
  mode: "auto",
  timeoutMs: 100,
} as const;

/** An agent that refuses everything with one of its codes. */
const refusing = (status: number, code: string) =>
  startScriptedAgent((stream) => {
    stream.respond({ ":status": status });
    stream.end(JSON.stringify({ code, message: "there is no such thing" }));
  });

describe("contexts", () => {
  it("gives agent_outdated for an agent that knows none, whatever is asked", async () => {
    await using server = await refusing(404, "not_found");
    await using agent = await connectAgent(server);
    for (const attempt of [
      () => agent.contexts.list(calm),
      () => agent.contexts.create(plan, calm),
      () => agent.contexts.restart("ctx_1", calm),
      () => agent.contexts.interrupt("ctx_1", calm),
      () => agent.contexts.remove("ctx_1", calm),
      () => agent.evaluate(inContext, calm),
    ])
      expect(await failureOf(attempt())).toMatchObject({
        code: "agent_outdated",
        message: expect.stringContaining("older agent"),
      });
  });

  it.each([
    [404, "no_such_context", "context_not_found"],
    [409, "too_many", "too_many_contexts"],
    [409, "interpreter_unavailable", "interpreter_unavailable"],
    [400, "bad_request", "guest_refused"],
  ])("says what a refusal of %i %s is", async (status, word, code) => {
    await using server = await refusing(status, word);
    await using agent = await connectAgent(server);
    const attempt =
      word === "no_such_context" ? agent.contexts.restart("ctx_1", calm) : agent.contexts.create(plan, calm);
    expect(await failureOf(attempt)).toMatchObject({ code });
  });

  it.each([
    ["an id that is a path", { ...INFO, id: "../x" }],
    ["another language", { ...INFO, language: "perl" }],
    ["a state of its own", { ...INFO, state: "odd" }],
    ["a directory of 5000 characters", { ...INFO, cwd: "x".repeat(5000) }],
  ])("takes a guest that tells of a context with %s for broken", async (_what, info) => {
    await using server = await startScriptedAgent((stream) =>
      stream.end(JSON.stringify({ contexts: [info] })),
    );
    await using agent = await connectAgent(server);
    expect(await failureOf(agent.contexts.list(calm))).toMatchObject({ code: "agent_protocol" });
  });

  it("takes a guest with more contexts than an agent keeps for broken", async () => {
    const contexts = Array.from({ length: 65 }, () => INFO);
    await using server = await startScriptedAgent((stream) => stream.end(JSON.stringify({ contexts })));
    await using agent = await connectAgent(server);
    expect(await failureOf(agent.contexts.list(calm))).toMatchObject({ code: "agent_protocol" });
  });
});
