import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { EVALUATED as result, startScriptedAgent } from "../../test/scripted-agent.ts";

const evaluation = { language: "python", code: "1", mode: "auto", timeoutMs: 100 } as const;

describe("evaluate", () => {
  it("gives the result with an exit code", async () => {
    const failure = { error: "ValueError: no", error_name: "ValueError" };
    const main = { is_main_result: true, text: "1", json: 1, extra: {}, truncated: false };
    const told = { execution_count: null, results: [main] };
    await using server = await startScriptedAgent((stream, headers) => {
      const isPython = headers[":path"] === "/kernels/python/eval";
      stream.end(JSON.stringify(isPython ? result : { ...result, ...failure }));
    });
    await using agent = await connectAgent(server);
    expect(await agent.evaluate(evaluation, calm)).toEqual({
      ...result,
      ...told,
      error_value: null,
      exit_code: 0,
    });
    const failed = await agent.evaluate({ ...evaluation, language: "node" }, calm);
    expect(failed).toEqual({ ...result, ...told, ...failure, error_value: "no", exit_code: 1 });
  });

  it("gives agent_timeout once its time-out and the grace are over", async () => {
    await using server = await startScriptedAgent(() => undefined);
    await using agent = await connectAgent(server, { graceMs: 50 });
    expect(await failureOf(agent.evaluate(evaluation, calm))).toMatchObject({
      code: "agent_timeout",
      message: expect.stringContaining("150 ms"),
    });
  });

  it("leaves time for the evaluations of the same interpreter that are queued before it", async () => {
    let last = Promise.resolve();
    await using server = await startScriptedAgent((stream) => {
      last = last.then(() => sleep(400)).then(() => void stream.end(JSON.stringify(result)));
    });
    await using agent = await connectAgent(server, { graceMs: 400 });
    const call = { ...evaluation, timeoutMs: 500 };
    const all = await Promise.all(Array.from({ length: 3 }, () => agent.evaluate(call, calm)));
    expect(all).toHaveLength(3);
  });

  it("gives agent_protocol for a result of the wrong shape", async () => {
    await using server = await startScriptedAgent((stream) => stream.end("{}"));
    await using agent = await connectAgent(server);
    expect(await failureOf(agent.evaluate(evaluation, calm))).toMatchObject({ code: "agent_protocol" });
  });

  it("gives guest_refused for a result over 24 MiB, and keeps the connection", async () => {
    const stdout = "x".repeat(26_000_000);
    await using server = await startScriptedAgent((stream, headers) => {
      stream.end(headers[":path"] === "/sync" ? "{}" : JSON.stringify({ ...result, stdout }));
    });
    await using agent = await connectAgent(server);
    expect(await failureOf(agent.evaluate({ ...evaluation, timeoutMs: 20_000 }, calm))).toMatchObject({
      code: "guest_refused",
      message: expect.stringContaining("over 25165824 bytes (too_large)"),
    });
    await agent.sync(calm);
  });

  it("takes a result of some MiB", async () => {
    const stdout = "x".repeat(5_000_000);
    await using server = await startScriptedAgent((stream) =>
      stream.end(JSON.stringify({ ...result, stdout })),
    );
    await using agent = await connectAgent(server);
    expect((await agent.evaluate(evaluation, calm)).stdout).toBe(stdout);
  });

  it.each([
    ["", "interpreter_unavailable"],
    [", also by an older agent's word", "kernel_unavailable"],
  ])("gives interpreter_unavailable with the guest's reason%s", async (_which, code) => {
    await using server = await startScriptedAgent((stream) => {
      stream.respond({ ":status": 409 });
      stream.end(JSON.stringify({ code, message: "there is no /usr/bin/python3" }));
    });
    await using agent = await connectAgent(server);
    for (const work of [agent.evaluate(evaluation, calm), agent.startInterpreter("python", calm)]) {
      expect(await failureOf(work)).toMatchObject({
        code: "interpreter_unavailable",
        message: expect.stringContaining("/usr/bin/python3"),
      });
    }
  });
});
