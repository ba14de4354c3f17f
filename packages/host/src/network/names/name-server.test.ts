import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { NO_ERROR, TYPE_A } from "./dns-message.ts";
import type { DnsAnswer } from "./dns-message.ts";
import { NameServer } from "./name-server.ts";

const HEADER = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
const QUESTION = Buffer.concat([Buffer.from(HEADER), Buffer.from([1, 97, 0, 0, TYPE_A, 0, 1])]);

async function bind(): Promise<Socket> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

test("has no more questions under way than it bears, and says nothing once it is closed", async () => {
  const answered = Promise.withResolvers<DnsAnswer>();
  let underWay = 0;
  const answer = (): Promise<DnsAnswer> => ((underWay += 1), answered.promise);
  const socket = await bind();
  let arrived = 0;
  socket.on("message", () => (arrived += 1));
  const server = new NameServer(socket, { answer, onError: () => {} });
  const client = await bind();
  const heard: Buffer[] = [];
  client.on("message", (message) => heard.push(message));
  for (let count = 0; count < 100; count += 1) {
    client.send(QUESTION, server.port, "127.0.0.1");
    await expect.poll(() => arrived, { interval: 1 }).toBe(count + 1);
  }
  expect(underWay).toBe(64);
  answered.resolve({ code: NO_ERROR, addresses: [] });
  await expect.poll(() => heard.length).toBe(64);
  client.send(QUESTION, server.port, "127.0.0.1");
  await expect.poll(() => heard.length).toBe(65);
  const { port } = server;
  server[Symbol.dispose]();
  client.send(QUESTION, port, "127.0.0.1");
  client.close();
  expect(underWay).toBe(65);
});

test("says that it failed, each time to who asked, and once to who is told of errors", async () => {
  const errors: unknown[] = [];
  const reason = new Error("no server answers");
  const socket = await bind();
  const answer = (): Promise<DnsAnswer> => Promise.reject(reason);
  using server = new NameServer(socket, { answer, onError: (error) => errors.push(error) });
  const client = await bind();
  for (const _ of [1, 2]) {
    client.send(QUESTION, server.port, "127.0.0.1");
    const [message] = (await once(client, "message")) as [Buffer];
    expect(message.readUInt16BE(2)).toBe(0x8182);
  }
  expect(errors).toEqual([reason]);
  client.close();
});
