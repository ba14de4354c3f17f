import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { EVALUATED, execFrame, startScriptedAgent } from "../../test/scripted-agent.ts";

const evaluation = { language: "python", code: "1", mode: "auto", timeoutMs: 1000 } as const;
const [STDOUT, END, RESULT] = [1, 3, 4];
const DISPLAY = { op: "display", main: false, formats: { text: "x" }, extra: {}, truncated: false };
const end = execFrame(END, EVALUATED);

/** The events of a guest that answers with these bytes, in pieces of that many. */
async function eventsOf(bytes: Buffer, pieceBytes = bytes.length) {
  await using server = await startScriptedAgent((stream) => {
    for (let at = 0; at < bytes.length; at += pieceBytes) stream.write(bytes.subarray(at, at + pieceBytes));
    stream.end();
  });
  await using agent = await connectAgent(server);
  return await Array.fromAsync(agent.evaluateStream(evaluation, calm));
}

describe("evaluateStream", () => {
  it.each([1, 3, 1000])(
    "gives the same events whatever pieces of %i bytes they come in",
    async (pieceBytes) => {
      const frames = [
        execFrame(STDOUT, Buffer.from("h\u00e9")),
        execFrame(STDOUT, Buffer.alloc(0)),
        execFrame(RESULT, DISPLAY),
      ];
      expect(await eventsOf(Buffer.concat([...frames, end]), pieceBytes)).toMatchObject([
        { type: "start" },
        { type: "stdout", text: "h\u00e9" },
        { type: "result", content: { text: "x" } },
        { type: "result", content: { is_main_result: true, text: "1" } },
        { type: "end", outcome: { results: [], exit_code: 0 } },
      ]);
    },
  );

  it("joins a character that came in two frames", async () => {
    const [first, second] = [Buffer.from([0xc3]), Buffer.from([0xa9])];
    const events = await eventsOf(Buffer.concat([execFrame(STDOUT, first), execFrame(STDOUT, second), end]));
    expect(events[1]).toEqual({ type: "stdout", text: "\u00e9" });
  });

  it("leaves out an image that is no base 64, and JSON that is none", async () => {
    const formats = { text: "x", png: "<script>", json: "{", data: "[".repeat(100) };
    const events = await eventsOf(Buffer.concat([execFrame(RESULT, { ...DISPLAY, formats }), end]));
    expect(events[1]).toEqual({
      type: "result",
      content: { is_main_result: false, text: "x", extra: {}, truncated: false },
    });
  });

  const large = execFrame(RESULT, { ...DISPLAY, formats: { text: "x".repeat(9 << 20) } });
  it.each([
    ["that are no JSON", [execFrame(RESULT, Buffer.from("{"))], 0],
    ["of the wrong fields", [execFrame(RESULT, { main: 1 })], 0],
    ["beyond 64", Array.from({ length: 66 }, () => execFrame(RESULT, DISPLAY)), 64],
    ["beyond 16 MiB", [large, large, execFrame(RESULT, DISPLAY)], 1],
  ])("leaves out results %s, and says so", async (_what, frames, told) => {
    const events = await eventsOf(Buffer.concat([...frames, end]));
    const results = events.filter(({ type }) => type === "result");
    expect(results).toHaveLength(told + 1);
    expect(results.at(-1)).toMatchObject({ content: { is_main_result: true } });
    expect(events.at(-1)).toMatchObject({ type: "end", outcome: { truncated: true } });
  });

  it.each([
    ["an unknown type", execFrame(9, Buffer.from("x"))],
    ["output of 70,000 bytes", Buffer.concat([execFrame(STDOUT, Buffer.alloc(70_000)), end])],
    ["an end of the wrong fields", execFrame(END, {})],
    ["no end", execFrame(STDOUT, Buffer.from("x"))],
    ["half a frame", end.subarray(0, 20)],
    ["something behind its end", Buffer.concat([end, execFrame(STDOUT, Buffer.from("x"))])],
    ["a result of 17 MiB", Buffer.from([RESULT, 0x01, 0x10, 0, 0])],
  ])("takes a guest that sends %s for broken", async (_what, bytes) => {
    expect(await failureOf(eventsOf(bytes))).toMatchObject({ code: "agent_protocol" });
  });

  it("gives agent_outdated for an agent that streams none", async () => {
    await using server = await startScriptedAgent((stream) => {
      stream.respond({ ":status": 404 });
      stream.end(JSON.stringify({ code: "not_found", message: "there is no POST /contexts/python/eval" }));
    });
    await using agent = await connectAgent(server);
    expect(await failureOf(Array.fromAsync(agent.evaluateStream(evaluation, calm)))).toMatchObject({
      code: "agent_outdated",
    });
  });

  it("gives agent_timeout for a guest that never goes on", async () => {
    await using server = await startScriptedAgent((stream) => stream.respond({ ":status": 200 }));
    await using agent = await connectAgent(server, { graceMs: 50 });
    const events = agent.evaluateStream({ ...evaluation, timeoutMs: 50 }, calm);
    expect(await failureOf(Array.fromAsync(events))).toMatchObject({ code: "agent_timeout" });
  });
});
