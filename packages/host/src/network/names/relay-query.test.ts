import { createSocket } from "node:dgram";
import { once } from "node:events";
import { NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { relayQuery } from "./relay-query.ts";

const options = { signal: NEVER };
const QUESTION = Buffer.concat([
  Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  Buffer.from("\u0002ab\0\0\u0010\0\u0001", "latin1"),
]);

/** A name server that answers with these bytes, in turn; gives where it is, and what it was asked. */
async function openServer(...answers: readonly Buffer[]) {
  const asked: Buffer[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    asked.push(message);
    for (const answer of answers) socket.send(answer, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.dispose]: () => void socket.close(),
  };
}

function answerOf(id: number, flags: number, text = "what it is"): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(flags, 2);
  return Buffer.concat([header, Buffer.from(text)]);
}

test("gives the answer to this question, as it came", async () => {
  const right = answerOf(0x1234, 0x8180);
  const wrong = [Buffer.from([0x12, 0x34]), answerOf(0x1235, 0x8180, "of another"), QUESTION];
  using names = await openServer(...wrong, right);
  expect(await relayQuery(QUESTION, [names.server], options)).toEqual(right);
  expect(names.asked).toEqual([QUESTION]);
});

test("asks the next server where one is not there", async () => {
  const right = answerOf(0x1234, 0x8183);
  using names = await openServer(right);
  const closed = await openServer();
  closed[Symbol.dispose]();
  expect(await relayQuery(QUESTION, [closed.server, names.server], options)).toEqual(right);
  await expect(relayQuery(QUESTION, [closed.server], options)).rejects.toThrow("ECONNREFUSED");
  await expect(relayQuery(QUESTION, [], options)).rejects.toThrow("no name server");
});

test("ends with whoever asked, and asks no other server then", async () => {
  using silent = await openServer();
  using other = await openServer(answerOf(0x1234, 0x8180));
  const leaving = new AbortController();
  const answer = relayQuery(QUESTION, [silent.server, other.server], { signal: leaving.signal });
  await expect.poll(() => silent.asked.length).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toMatchObject({ code: "cancelled" });
  expect(other.asked).toEqual([]);
});
