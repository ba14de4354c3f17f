import { describe, expect, it } from "vitest";
import { TEST_IDENTITY, calm, connectAgent, failureOf } from "../test/dial.ts";
import { startScriptedAgent } from "../test/scripted-agent.ts";
import { createGuestConnector } from "./index.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Answers `/fork` and `/clock` as an honest agent would, `/clock` after a pause. */
function createClockAgent(lateMs: number, lateTimes: number) {
  let late = lateTimes;
  const requests: string[] = [];
  return {
    requests,
    agent: startScriptedAgent(async (stream, headers) => {
      requests.push(String(headers[":path"]));
      let text = "";
      for await (const chunk of stream) text += String(chunk);
      const { realtime_ns } = JSON.parse(text) as { realtime_ns: string };
      late -= 1;
      const answer = (): unknown =>
        stream.end(JSON.stringify({ realtime_ns, reseeded: ["kernel"], hooks: [], monotonic_ns: "1" }));
      if (late >= 0) setTimeout(answer, lateMs);
      else answer();
    }),
  };
}

describe("the connector", () => {
  it("sends the HTTP/2 preface in one piece with the resync line", async () => {
    await using server = await startScriptedAgent((stream) => stream.end("{}"));
    await using _agent = await connectAgent(server);
    expect(server.openings[0]?.toString("latin1")).toMatch(PREFACE);
  });

  it("sends the fork request in that piece as well, so that a fork is one round trip", async () => {
    const { agent: starting } = createClockAgent(0, 0);
    await using server = await starting;
    const stream = await server.dial();
    const { agent, report } = await createGuestConnector().connectAndFork(stream, TEST_IDENTITY, calm);
    await using _agent = agent;
    expect(server.openings[0]?.toString("latin1")).toContain(TEST_IDENTITY.machineId);
    expect(report.clockErrorMs).toBeLessThan(40);
  });

  it("closes the stream that it was given when it cannot connect", async () => {
    await using server = await startScriptedAgent(() => undefined);
    const stream = await server.dial();
    const connector = createGuestConnector();
    const failure = await failureOf(connector.connect(stream, { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ code: "cancelled" });
    expect(stream.closed).toBe(true);
  });

  it("gives agent_unreachable for a stream that is closed already", async () => {
    await using server = await startScriptedAgent(() => undefined);
    const stream = await server.dial();
    stream.destroy();
    expect(await failureOf(createGuestConnector().connect(stream, calm))).toMatchObject({
      code: "agent_unreachable",
    });
  });

  it("gives an agent whose disposal closes the stream and fails what is under way", async () => {
    await using server = await startScriptedAgent(() => undefined);
    const stream = await server.dial();
    const agent = await createGuestConnector().connect(stream, calm);
    const ping = failureOf(agent.ping(calm));
    await agent[Symbol.asyncDispose]();
    expect(stream.closed).toBe(true);
    expect(await ping).toMatchObject({ code: "agent_unreachable" });
    await agent.closed;
    await agent[Symbol.asyncDispose]();
    expect(await failureOf(agent.ping(calm))).toMatchObject({ code: "agent_unreachable" });
  });
});

describe("fork", () => {
  it("sets the clock again until the round trip is short enough", async () => {
    const { agent: starting, requests } = createClockAgent(120, 2);
    await using server = await starting;
    await using agent = await connectAgent(server);
    const report = await agent.fork(TEST_IDENTITY, calm);
    expect(requests.slice(0, 3)).toEqual(["/fork", "/clock", "/clock"]);
    expect(Math.abs(report.clockOffsetMs) + report.clockErrorMs).toBeLessThan(50);
  });

  it("goes on setting the clock while the host is busy", async () => {
    const { agent: starting, requests } = createClockAgent(120, 12);
    await using server = await starting;
    await using agent = await connectAgent(server, { clockMs: 30_000 });
    const report = await agent.fork(TEST_IDENTITY, calm);
    expect(requests.length).toBeGreaterThan(12);
    expect(Math.abs(report.clockOffsetMs) + report.clockErrorMs).toBeLessThan(50);
  });

  it("fails with fork_contract_failed when the clock cannot be set well in time", async () => {
    const { agent: starting } = createClockAgent(120, 100);
    await using server = await starting;
    await using agent = await connectAgent(server, { clockMs: 500 });
    const failure = await failureOf(agent.fork(TEST_IDENTITY, calm));
    expect(failure).toMatchObject({
      code: "fork_contract_failed",
      message: expect.stringContaining("clock"),
    });
  });

  it.each([
    [
      "a refusal",
      500,
      { code: "internal", message: "hostname: Operation not permitted" },
      "own: hostname: Op",
    ],
    ["a kernel that was not reseeded", 200, { realtime_ns: "1", reseeded: [], hooks: [] }, "randomness"],
  ])("fails with fork_contract_failed for %s", async (_what, status, body, step) => {
    await using server = await startScriptedAgent((stream) => {
      stream.respond({ ":status": status });
      stream.end(JSON.stringify(body));
    });
    await using agent = await connectAgent(server);
    expect(await failureOf(agent.fork(TEST_IDENTITY, calm))).toMatchObject({
      code: "fork_contract_failed",
      message: expect.stringContaining(step),
    });
  });
});
