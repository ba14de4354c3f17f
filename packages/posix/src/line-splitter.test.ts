import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

describe("LineSplitter", () => {
  it("joins a line that comes in pieces", () => {
    const splitter = new LineSplitter({ limitBytes: 100, tooLong: "refuse" });
    expect(splitter.push(Buffer.from("on"))).toEqual([]);
    expect(splitter.push(Buffer.from("e\r\ntwo\nth"))).toEqual(["one", "two"]);
    expect(splitter.push(Buffer.from("ree\n"))).toEqual(["three"]);
  });

  it("ends a line at a carriage return, and at the end of the stream", () => {
    const splitter = new LineSplitter({ limitBytes: 100, tooLong: "refuse" });
    expect(splitter.push(Buffer.from("10 %\r20 %\r\n\n30"))).toEqual(["10 %", "20 %"]);
    expect(splitter.end()).toEqual(["30"]);
    expect(splitter.end()).toEqual([]);
  });

  it("keeps a character whole that two pieces share", () => {
    const splitter = new LineSplitter({ limitBytes: 100, tooLong: "refuse" });
    const bytes = Buffer.from("ü\n");
    expect([...splitter.push(bytes.subarray(0, 1)), ...splitter.push(bytes.subarray(1))]).toEqual(["ü"]);
  });

  it("refuses a line that passes the limit, whether it has ended or not", () => {
    const push = (text: string): string[] =>
      new LineSplitter({ limitBytes: 4, tooLong: "refuse" }).push(Buffer.from(text));
    expect(() => push("12345")).toThrow(RangeError);
    expect(() => push("12345\n")).toThrow(RangeError);
    expect(push("1234\n1234\n")).toEqual(["1234", "1234"]);
  });

  it("cuts a line that passes the limit, in however many pieces it comes", () => {
    const splitter = new LineSplitter({ limitBytes: 4, tooLong: "cut" });
    expect(["123", "456", "789\n1", "2\n"].flatMap((piece) => splitter.push(Buffer.from(piece)))).toEqual([
      "1234",
      "12",
    ]);
  });
});
