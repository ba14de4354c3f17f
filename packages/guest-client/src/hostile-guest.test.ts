import { buffer } from "node:stream/consumers";
import { isForkdError } from "@forkd/contract";
import type { GuestAgent } from "@forkd/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../test/dial.ts";
import {
  FLAG,
  FRAME,
  STATUS_200,
  frame,
  literal,
  reply,
  settings,
  startHostileAgent,
} from "../test/hostile-agent.ts";
import type { Victim } from "../test/hostile-agent.ts";

/** Connects to an agent that echoes honestly and then sends these bytes as the answer to the first request. */
async function pingLiar(...answer: readonly Buffer[]): Promise<{ code: string; message: string }> {
  return await pingLiarFor(60_000, answer);
}

async function pingLiarFor(
  quickMs: number,
  answer: readonly Buffer[],
): Promise<{ code: string; message: string }> {
  await using liar = await startHostileAgent(async (victim) => {
    victim.echo();
    await victim.request(1);
    for (const bytes of answer) await victim.send(bytes);
  });
  await using agent = await connectAgent(liar, { quickMs });
  const failure = await failureOf(agent.ping(calm));
  // A breach ends the connection, and says so to all that comes later.
  if (failure.code === "agent_protocol") await Promise.all([agent.closed, again(agent, failure)]);
  return failure;
}

async function again(agent: GuestAgent, first: { code: string; message: string }): Promise<void> {
  expect(await failureOf(agent.ping(calm))).toEqual(first);
}

/** Claims 16 MiB. */
const HUGE_FRAME = Buffer.from([255, 255, 255, FRAME.data, 0, 0, 0, 0, 1, ...Buffer.alloc(100)]);
const SETTINGS_ACK = frame(FRAME.settings, 1, 0, Buffer.alloc(0));
const headers = (block: Buffer, flags: number = FLAG.endHeaders): Buffer =>
  frame(FRAME.headers, flags, 1, block);
const u32 = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from(Uint32Array.of(value).buffer).swap32()));

describe("a guest that breaks HTTP/2", () => {
  it.each([
    ["speaks HTTP/1.1", [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")]],
    ["sends noise", [Buffer.from("not http at all, ".repeat(100))]],
    ["sends no settings first", [reply(1, "{}")]],
    ["claims a frame of 16 MiB", [settings(), HUGE_FRAME]],
    ["says goodbye without a reason", [settings(), frame(FRAME.goaway, 0, 0, u32(0, 0))]],
    ["says goodbye with one", [settings(), frame(FRAME.goaway, 0, 0, u32(1, 2))]],
    ["resets the stream", [settings(), frame(FRAME.rstStream, 0, 1, u32(1))]],
    ["resets the stream without an error", [settings(), frame(FRAME.rstStream, 0, 1, u32(0))]],
    ["answers on a stream that is not open", [settings(), reply(7, "{}")]],
    ["sends a body without headers", [settings(), frame(FRAME.data, FLAG.endStream, 1, Buffer.from("{}"))]],
    ["pushes a promise", [settings(), SETTINGS_ACK, frame(FRAME.pushPromise, FLAG.endHeaders, 1, u32(2))]],
    ["sends broken HPACK", [settings(), headers(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))]],
    ["sends no status", [settings(), headers(literal("x", "y"))]],
    ["sends a window update of zero", [settings(), frame(FRAME.windowUpdate, 0, 0, u32(0))]],
    ["sends settings of a wrong length", [settings(Buffer.alloc(5))]],
    [
      "sends header blocks without end",
      [
        settings(),
        headers(STATUS_200, FLAG.none),
        ...Array.from({ length: 2000 }, () => frame(FRAME.continuation, 0, 1, literal("a", "b".repeat(100)))),
      ],
    ],
    [
      "answers with a body without end",
      [
        settings(),
        headers(STATUS_200),
        ...Array.from({ length: 200 }, () => frame(FRAME.data, 0, 1, Buffer.alloc(16_384, " "))),
      ],
    ],
  ])("is given up with agent_protocol when it %s", async (_what, answer) => {
    expect(await pingLiar(...answer)).toMatchObject({ code: "agent_protocol" });
  });

  it("loses the one request that it answers with 200 headers", async () => {
    const head = headers(Buffer.concat([STATUS_200, ...manyHeaders(200)]));
    expect(await pingLiar(settings(), head)).toMatchObject({ code: "guest_refused" });
  });

  it("is answered within the deadline when it sends interim replies for ever", async () => {
    const interim = headers(Buffer.concat([literal(":status", "103")]));
    const flood = Array.from({ length: 50_000 }, () => interim);
    const failure = await pingLiarFor(1000, [settings(), Buffer.concat(flood)]);
    expect(failure).toMatchObject({ code: "agent_timeout" });
  });

  it("is answered within the deadline when it allows no streams", async () => {
    const noStreams = settings(Buffer.concat([Buffer.from([0, 3]), u32(0)]));
    await using liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.send(noStreams);
    });
    await using agent = await connectAgent(liar, { quickMs: 300 });
    await failureOf(agent.ping(calm));
    expect(await failureOf(agent.ping(calm))).toMatchObject({ code: "agent_timeout" });
  });

  it("is unreachable when it hangs up in the middle of a reply", async () => {
    await using liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.request(1);
      await victim.send(Buffer.concat([settings(), headers(STATUS_200)]));
      victim.socket.end();
    });
    await using agent = await connectAgent(liar);
    expect(await failureOf(agent.ping(calm))).toMatchObject({ code: "agent_unreachable" });
    await agent.closed;
  });

  it("cannot pass a part of a file off for the whole by a reset without an error", async () => {
    const block = Buffer.concat([STATUS_200, literal("content-length", "10")]);
    await using liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.request(1);
      const half = frame(FRAME.data, FLAG.none, 1, Buffer.from("12345"));
      await victim.send(Buffer.concat([settings(), headers(block), half]));
      await victim.send(frame(FRAME.rstStream, FLAG.none, 1, u32(0)));
    });
    await using agent = await connectAgent(liar);
    const read = agent.files.read({ path: "/x" }, calm).then((content) => buffer(content));
    expect(await failureOf(read)).toMatchObject({ code: "agent_protocol" });
  });

  it("is given up when it keeps sending though nothing is asked any more", async () => {
    const widen = frame(FRAME.windowUpdate, 0, 0, u32(1));
    await using liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.request(1);
      await victim.send(Buffer.concat([settings(), reply(1, JSON.stringify(health()))]));
      const flood = Buffer.concat(Array.from({ length: 500 }, () => widen));
      while (!victim.socket.destroyed) await victim.send(flood);
    });
    await using agent = await connectAgent(liar);
    await agent.ping(calm);
    await agent.closed;
    expect(await failureOf(agent.ping(calm))).toMatchObject({ code: "agent_protocol" });
  });

  it("never brings the host down, whatever its bytes are", async () => {
    const answers = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
        fc
          .tuple(fc.nat(10), fc.nat(255), fc.nat(3), fc.uint8Array({ maxLength: 40 }))
          .map(([type, flags, stream, payload]) => frame(type, flags, stream, Buffer.from(payload))),
        fc.constant(headers(STATUS_200)),
        fc.constant(reply(1, "{}")),
      ),
      { maxLength: 8 },
    );
    let answer: Buffer = Buffer.alloc(0);
    await using liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.request(1);
      await victim.send(Buffer.concat([settings(), answer]));
      victim.socket.end();
    });
    await fc.assert(
      fc.asyncProperty(answers, async (parts) => {
        answer = Buffer.concat(parts);
        await using agent: GuestAgent = await connectAgent(liar);
        const outcome: unknown = await agent.ping(calm).catch((error: unknown) => error);
        expect(isForkdError(outcome)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

function manyHeaders(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => literal(`x-${i}`, "y"));
}

describe("a guest that breaks the handshake", () => {
  it("is given up after 64 MiB without an echo", async () => {
    await using liar = await startHostileAgent(async (victim) => {
      const noise = Buffer.alloc(1024 * 1024, "\nFORKD-SYNCED/1 ");
      while (!victim.socket.destroyed) await victim.send(noise);
    });
    expect(await failureOf(connectAgent(liar))).toMatchObject({ code: "agent_protocol" });
  });

  it("gives agent_timeout when it does not echo in time", async () => {
    await using liar = await startHostileAgent(() => Promise.resolve());
    const failure = await failureOf(connectAgent(liar, { connectMs: 50 }));
    expect(failure).toMatchObject({ code: "agent_timeout", message: expect.stringContaining("50 ms") });
  });

  it("gives agent_unreachable when it hangs up", async () => {
    await using liar = await startHostileAgent(({ socket }) => Promise.resolve(void socket.destroy()));
    expect(await failureOf(connectAgent(liar))).toMatchObject({ code: "agent_unreachable" });
  });

  it("does no harm by noise before the echo and by an echo in pieces", async () => {
    const health = JSON.stringify({ protocol: 2 });
    await using liar = await startHostileAgent(async (victim: Victim) => {
      const echo = Buffer.from(`\nFORKD-SYNCED/1 ${victim.nonce}\n`);
      const bytes = [Buffer.alloc(1000, "x"), echo.subarray(0, 20), echo, settings()];
      for (const byte of Buffer.concat(bytes)) await victim.send(Buffer.from([byte]));
      await victim.request(1);
      for (const byte of reply(1, health)) await victim.send(Buffer.from([byte]));
    });
    await using agent = await connectAgent(liar);
    expect(await failureOf(agent.ping(calm))).toMatchObject({
      code: "agent_protocol",
      message: expect.stringContaining("protocol: Invalid input"),
    });
  });
});

describe("a guest whose replies have the wrong shape", () => {
  it.each([
    ["nothing", ""],
    ["text", "hello"],
    ["half of an object", '{"protocol": 1,'],
    ["a list", "[]"],
    ["null", "null"],
    ["another protocol", '{"protocol": 2}'],
    ["text for numbers", JSON.stringify({ ...health(), pid: "1" })],
    ["no interpreters", JSON.stringify({ ...health(), kernels: undefined })],
    ["a version of 100 KB", JSON.stringify({ ...health(), agent_version: "1".repeat(100_000) })],
    ["an endless number", JSON.stringify(health()).replace('"uptime_ms":5', '"uptime_ms":1e999')],
  ])("is given up with agent_protocol when it answers %s", async (_what, body) => {
    expect(await pingLiar(settings(), reply(1, body))).toMatchObject({ code: "agent_protocol" });
  });

  it("is believed when it adds fields", async () => {
    const body = JSON.stringify({ ...health(), more: { __proto__: 1 } });
    expect(await pingLiar(settings(), reply(1, body))).toMatchObject({ code: "none" });
  });

  it("is given up with agent_protocol for a status that is neither success nor failure", async () => {
    const redirect = Buffer.concat([literal(":status", "302"), literal("location", "http://host/")]);
    const body = '{"code": "internal", "message": "moved"}';
    expect(await pingLiar(settings(), reply(1, body, redirect))).toMatchObject({ code: "agent_protocol" });
  });

  it("cannot put control characters into an error", async () => {
    const body = JSON.stringify({ code: "internal", message: "\u001B[2Jgone\u0007\n" + "x".repeat(5000) });
    const failure = await pingLiar(settings(), reply(1, body, Buffer.from([0x8e])));
    expect(failure.code).toBe("guest_refused");
    expect(failure.message).not.toMatch(/\p{Cc}/u);
    expect(failure.message.length).toBeLessThan(1200);
  });
});

function health(): object {
  const interpreter = { state: "absent", pid: null, version: null };
  return {
    protocol: 1,
    agent_version: "1",
    pid: 1,
    uptime_ms: 5,
    realtime_ns: "1790000000000000000",
    kernels: { python: interpreter, node: interpreter },
  };
}
