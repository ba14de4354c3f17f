import type { GuestProcessEvent } from "@forkd/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { execFrame } from "../../test/scripted-agent.ts";
import { FrameParser } from "./frames.ts";

const start = execFrame(0, { pid: 42, dropped: 0 });
const exit = execFrame(3, { exit_code: 3, signal: null, timed_out: false, duration_ms: 1.5 });

function parse(...chunks: readonly Buffer[]): GuestProcessEvent[] {
  const parser = new FrameParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

/** Joins neighbouring output of the same kind: where a chunk ended is no part of the meaning. */
function merge(events: readonly GuestProcessEvent[]): unknown[] {
  const merged: { type: string; data?: unknown }[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const data = "data" in event ? event.data.toString("latin1") : undefined;
    if (data !== undefined && last?.type === event.type) last.data = `${last.data as string}${data}`;
    else merged.push({ ...event, ...(data === undefined ? {} : { data }) });
  }
  return merged;
}

function codeOf(work: () => unknown): unknown {
  try {
    work();
    return "none";
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

const output = fc.array(
  fc.record({
    type: fc.constantFrom(1, 2),
    data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 12 },
);

describe("the frame parser", () => {
  it("gives the same events however the stream is cut", () => {
    fc.assert(
      fc.property(output, fc.array(fc.nat(), { maxLength: 30 }), (frames, places) => {
        const stream = Buffer.concat([start, ...frames.map(({ type, data }) => execFrame(type, data)), exit]);
        const ends = places.map((place) => place % stream.length).toSorted((a, b) => a - b);
        const chunks = [...ends, stream.length].map((end, i) => stream.subarray(ends[i - 1] ?? 0, end));
        expect(merge(parse(...chunks))).toEqual(merge(parse(stream)));
      }),
    );
  });

  it("gives every byte of output in its order", () => {
    fc.assert(
      fc.property(output, (frames) => {
        const events = parse(start, ...frames.map(({ type, data }) => execFrame(type, data)), exit);
        const bytes = events.flatMap((event) => ("data" in event ? [event.data] : []));
        expect(Buffer.concat(bytes)).toEqual(Buffer.concat(frames.map(({ data }) => data)));
        expect(events[0]).toEqual({ type: "start", pid: 42, dropped: 0 });
        expect(events.at(-1)).toEqual({
          type: "exit",
          exitCode: 3,
          signal: null,
          timedOut: false,
          durationMs: 1.5,
        });
      }),
    );
  });

  it("answers any bytes with events or agent_protocol", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
        expect(codeOf(() => parse(start, ...chunks.map((chunk) => Buffer.from(chunk))))).toMatch(
          /^(none|agent_protocol)$/,
        );
      }),
    );
  });

  it("passes a part of a frame on before the rest has come", () => {
    const frame = execFrame(1, Buffer.from("abcdef"));
    expect(merge(parse(start, frame.subarray(0, 8)))).toEqual([
      { type: "start", pid: 42, dropped: 0 },
      { type: "stdout", data: "abc" },
    ]);
  });

  it("passes empty output over", () => {
    expect(merge(parse(start, execFrame(1, Buffer.alloc(0))))).toHaveLength(1);
  });

  it.each([
    ["an unknown type", [start, Buffer.from([4, ...exit.subarray(1)])]],
    ["a frame over 64 KiB", [start, execFrame(1, Buffer.alloc(65_537))]],
    ["a length of 4 GiB", [start, Buffer.from([1, 255, 255, 255, 255])]],
    ["output before the start", [execFrame(1, Buffer.from("x"))]],
    ["an exit before the start", [exit]],
    ["a second start", [start, start]],
    ["bytes after the exit", [start, exit, execFrame(1, Buffer.from("x"))]],
    ["a start that is not JSON", [execFrame(0, Buffer.from("{"))]],
    ["an empty start", [execFrame(0, Buffer.alloc(0))]],
    ["a start of 5000 bytes", [execFrame(0, { pid: 1, dropped: 0, more: "x".repeat(5000) })]],
    ["a pid that is text", [execFrame(0, { pid: "1", dropped: 0 })]],
    ["a pid of zero", [execFrame(0, { pid: 0, dropped: 0 })]],
    ["a negative count", [execFrame(0, { pid: 1, dropped: -1 })]],
    [
      "a signal that is a command",
      [start, execFrame(3, { exit_code: null, signal: "SIG; rm", timed_out: false, duration_ms: 1 })],
    ],
    [
      "a status of 256",
      [start, execFrame(3, { exit_code: 256, signal: null, timed_out: false, duration_ms: 1 })],
    ],
    ["an exit without a duration", [start, execFrame(3, { exit_code: 0, signal: null, timed_out: false })]],
  ])("refuses %s with agent_protocol", (_what, chunks) => {
    expect(() => parse(...chunks)).toThrow(expect.objectContaining({ code: "agent_protocol" }));
  });

  it("takes fields that it does not know", () => {
    expect(parse(execFrame(0, { pid: 7, dropped: 1, started_ns: "1" }))).toEqual([
      { type: "start", pid: 7, dropped: 1 },
    ]);
  });
});
