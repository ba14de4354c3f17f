import { describe, expect, it } from "vitest";
import { LineReader } from "./line-reader.ts";

describe("LineReader", () => {
  it("joins a line that comes in pieces", () => {
    const reader = new LineReader(100);
    expect(reader.push(Buffer.from("on"))).toEqual([]);
    expect(reader.push(Buffer.from("e\r\ntwo\nth"))).toEqual(["one", "two"]);
    expect(reader.push(Buffer.from("ree\n"))).toEqual(["three"]);
  });

  it("keeps a character whole that two pieces share", () => {
    const reader = new LineReader(100);
    const bytes = Buffer.from("ü\n");
    expect([...reader.push(bytes.subarray(0, 1)), ...reader.push(bytes.subarray(1))]).toEqual(["ü"]);
  });

  it("refuses a line that passes the limit, whether it has ended or not", () => {
    expect(() => new LineReader(4).push(Buffer.from("12345"))).toThrow(RangeError);
    expect(() => new LineReader(4).push(Buffer.from("12345\n"))).toThrow(RangeError);
    expect(new LineReader(4).push(Buffer.from("1234\n1234\n"))).toEqual(["1234", "1234"]);
  });
});
