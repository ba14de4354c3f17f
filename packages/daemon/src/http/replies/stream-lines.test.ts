import { once } from "node:events";
import type { Readable } from "node:stream";
import { toForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { streamLines, streamProgress } from "./stream-lines.ts";

const OPTIONS = { describeError: toForkdError, requestId: "1" };
const often = { ...OPTIONS, silenceMs: 1 };

/** What is read until a text of lines is told enough. */
async function readUntil(lines: Readable, isEnough: (text: string) => boolean): Promise<string> {
  let text = "";
  for await (const chunk of lines as AsyncIterable<Buffer | string>) if (isEnough((text += chunk))) break;
  return text;
}

test("values that are long in coming have empty lines before them", async () => {
  const waited = Promise.withResolvers<void>();
  const values = (async function* wait() {
    yield { value: 1 };
    await waited.promise;
    yield { value: 2 };
  })();
  const text = await readUntil(streamLines(values, often), (soFar) => {
    if (soFar.endsWith("\n\n\n")) waited.resolve();
    return soFar.includes("2");
  });
  expect(text).toMatch(/^\{"value":1\}\n\n\n+\{"value":2\}\n$/);
});

test("lines that are late begin at once", async () => {
  const values = (async function* wait(): AsyncGenerator<object> {
    await new Promise(() => {});
    yield {};
  })();
  expect(await readUntil(streamLines(values, { ...OPTIONS, isLate: true }), () => true)).toBe("\n");
});

test("work that is silent has empty lines, until its result is there", async () => {
  const waited = Promise.withResolvers<string>();
  const lines = streamProgress(() => waited.promise, often);
  const text = await readUntil(lines, (soFar) => {
    if (soFar === "\n\n") waited.resolve("done");
    return false;
  });
  expect(text).toMatch(/^\n\n+\{"type":"result","result":"done"\}\n$/);
});

test("who leaves before the first line is read ends what the lines are of", async () => {
  const ends: string[] = [];
  const values = (async function* count() {
    try {
      for (let value = 1; ; value++) yield { value };
    } finally {
      ends.push("ended");
    }
  })();
  await values.next();
  const lines = streamLines(values, OPTIONS);
  lines.destroy();
  await once(lines, "close");
  await new Promise(setImmediate);
  expect(ends).toEqual(["ended"]);
});
