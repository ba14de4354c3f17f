import { json } from "node:stream/consumers";
import type { ServerHttp2Stream } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { calm, connectAgent } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";

interface ClockRequest {
  readonly slew_ns?: string;
  readonly realtime_ns?: string;
}

const PATIENCE = { timeout: 60_000 };

/** An agent whose wall clock is off by so much until it is set, and what it was asked to do about it. */
async function startAgent(offsetMs: number, { isOlder = false, answerMs = 0 } = {}) {
  const asked: ClockRequest[] = [];
  let currentMs = offsetMs;
  const tellTime = () => ({ realtime_ns: String(BigInt(Math.round(Date.now() + currentMs)) * 1_000_000n) });
  const idle = { state: "absent" };
  const reply = (stream: ServerHttp2Stream, body: object) => stream.end(JSON.stringify(body));
  const agent = await startScriptedAgent(async (stream, headers) => {
    if (headers[":path"] === "/health") {
      const health = { protocol: 1, agent_version: "0", pid: 1, uptime_ms: 1, ...tellTime() };
      await sleep(answerMs);
      return reply(stream, { ...health, kernels: { python: idle, node: idle } });
    }
    const request = (await json(stream)) as ClockRequest;
    if (isOlder && request.realtime_ns === undefined) {
      stream.respond({ ":status": 400 });
      return reply(stream, { code: "bad_request", message: "realtime_ns must be a decimal string" });
    }
    asked.push(request);
    if (request.realtime_ns !== undefined) currentMs = Number(request.realtime_ns) / 1e6 - Date.now();
    return reply(stream, tellTime());
  });
  return { agent, asked };
}

it.each([12, -12])("lets a clock that is %s ms off make up for it by and by", async (offsetMs) => {
  const { agent: scripted, asked } = await startAgent(offsetMs);
  await using _ = scripted;
  await using agent = await connectAgent(scripted);
  // On a host that is busy for a moment the reading tells too little.
  await vi.waitFor(async () => {
    await agent.keepClock(calm);
    expect(asked.at(-1)).toHaveProperty("slew_ns");
  }, PATIENCE);
  const slewMs = Number(asked.at(-1)?.slew_ns) / 1e6;
  expect(Math.sign(slewMs)).toBe(-Math.sign(offsetMs));
  expect(Math.abs(slewMs)).toBeLessThanOrEqual(25);
});

it("sets a clock that is off by more than drifting explains", async () => {
  const { agent: scripted, asked } = await startAgent(-60_000);
  await using _ = scripted;
  await using agent = await connectAgent(scripted);
  await agent.keepClock(calm);
  expect(asked[0]).toHaveProperty("realtime_ns");
});

it("sets the clock of an agent that can do nothing else", async () => {
  const { agent: scripted, asked } = await startAgent(-12, { isOlder: true });
  await using _ = scripted;
  await using agent = await connectAgent(scripted);
  await vi.waitFor(async () => {
    await agent.keepClock(calm);
    expect(asked.length).toBeGreaterThan(0);
  }, PATIENCE);
  expect(asked[0]).toHaveProperty("realtime_ns");
});

it.each([0, 300])("leaves a clock alone that is right, told after %s ms", async (answerMs) => {
  const { agent: scripted, asked } = await startAgent(0, { answerMs });
  await using _ = scripted;
  await using agent = await connectAgent(scripted);
  await agent.keepClock(calm);
  expect(asked).toEqual([]);
});
