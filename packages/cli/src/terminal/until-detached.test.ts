import { expect, test } from "vitest";
import { untilDetached } from "./until-detached.ts";

async function* pieces(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function typed(...texts: string[]) {
  let isDetached = false;
  const passed: Uint8Array[] = [];
  for await (const piece of untilDetached(pieces(texts), () => (isDetached = true))) passed.push(piece);
  return { passed: Buffer.concat(passed).toString(), isDetached };
}

test.each([
  [["ls\r", "exit\r"], { passed: "ls\rexit\r", isDetached: false }],
  [["ls\r\u0010\u0011lost"], { passed: "ls\r", isDetached: true }],
  [["ls\r\u0010", "\u0011", "lost"], { passed: "ls\r", isDetached: true }],
  [["\u0010", "x\u0011"], { passed: "\u0010x\u0011", isDetached: false }],
  [["\u0010\u0010\u0011"], { passed: "\u0010", isDetached: true }],
])("%j is passed on until the keys that detach", async (texts, expected) => {
  expect(await typed(...texts)).toEqual(expected);
});
