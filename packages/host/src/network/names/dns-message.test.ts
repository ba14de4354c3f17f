import { expect, test } from "vitest";
import { CLASS_IN, TYPE_A, TYPE_AAAA, readQuery, writeAnswer } from "./dns-message.ts";

/** A question with the header of a resolver, and an EDNS record behind it. */
function ask(name: string, type = TYPE_A): Buffer {
  const labels = name.split(".").map((label) => String.fromCharCode(label.length) + label);
  return Buffer.concat([
    Buffer.from([0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1]),
    Buffer.from(`${labels.join("")}\0`, "latin1"),
    Buffer.from([0, type, 0, CLASS_IN]),
    Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]),
  ]);
}

test("reads what is asked, whatever follows it", () => {
  expect(readQuery(ask("Files.example.com", TYPE_AAAA))).toMatchObject({
    id: 0x1234,
    wantsRecursion: true,
    name: "Files.example.com",
    type: TYPE_AAAA,
    class: CLASS_IN,
  });
  expect(readQuery(ask("_dmarc.x-1.example"))?.name).toBe("_dmarc.x-1.example");
});

test("takes no label for what it is not", () => {
  const dotted = ask("evil/example.com");
  dotted[dotted.indexOf("/")] = ".".charCodeAt(0);
  expect(readQuery(dotted)?.name).toBe("");
  expect(readQuery(ask("a\0b.example"))?.name).toBe("");
});

test("knows what is no question", () => {
  const question = ask("example.com");
  for (let length = 0; length < 12 + 13 + 4; length += 1)
    expect(readQuery(question.subarray(0, length))).toBeUndefined();
  const alter = (offset: number, value: number): Buffer => {
    const altered = Buffer.from(question);
    altered[offset] = value;
    return altered;
  };
  // A response, another operation, two questions, a pointer in the place of a label.
  for (const [offset, value] of [
    [2, 0x81],
    [2, 0x29],
    [5, 2],
    [12, 0xc0],
  ] as const)
    expect(readQuery(alter(offset, value))).toBeUndefined();
  const long = Array(5).fill("x".repeat(60)).join(".");
  expect(readQuery(ask(long))).toBeUndefined();
});

test("answers with the question as it was, and as many addresses as everybody takes", () => {
  const query = readQuery(ask("exAmple.com"))!;
  const bytes = Uint8Array.of(203, 0, 113, 7);
  const answer = writeAnswer(query, { code: 0, addresses: [{ bytes, ttlSecs: 300 }] });
  expect(answer.toString("hex")).toBe(
    "123481800001000100000000" +
      "076578416d706c6503636f6d00" +
      "00010001" +
      "c00c00010001" +
      "0000012c" +
      "0004cb007107",
  );
  const many = writeAnswer(query, {
    code: 0,
    addresses: Array.from({ length: 100 }, () => ({ bytes, ttlSecs: 1 })),
  });
  expect(many.length).toBeLessThanOrEqual(512);
  expect(many.readUInt16BE(6)).toBe(Math.floor((512 - 29) / 16));
  expect(writeAnswer(query, { code: 3, addresses: [] }).readUInt16BE(2)).toBe(0x8183);
});
