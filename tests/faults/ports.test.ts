import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";
import { beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";
import { ECHO, ENDLESS, FLOOD, HALF, IDLE, OTHER, serveInGuest } from "../harness/port-servers.ts";
import { settled } from "../harness/settled.ts";

const MIB = 1024 ** 2;
const MOST_CONNECTIONS = 1024;

const used = useChild({ isFresh: true });
beforeAll(() => serveInGuest(used.child));

async function forkServers(): Promise<Sandbox> {
  const child = await forkOne(used.daemon);
  await serveInGuest(child);
  return child;
}

/** What a connection gives back that others use the machine beside. */
async function echo(child: Sandbox, word: string): Promise<string> {
  const stream = await child.connect(ECHO);
  stream.end(word);
  return text(stream);
}

/** A connection that is in the middle of something. */
async function connectMidway(child: Sandbox, port: number): Promise<Duplex> {
  const stream = await child.connect(port);
  stream.write("x");
  await once(stream, "data");
  return stream;
}

/** Over a unix socket what breaks off reads as ended. */
const untilClosed = (stream: Duplex): Promise<unknown> =>
  new Promise((resolve) =>
    stream
      .on("error", () => {})
      .on("end", resolve)
      .on("close", resolve)
      .resume(),
  );

/** In MiB. */
async function daemonMemory(): Promise<number> {
  const status = await readFile(`/proc/${used.daemon.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

async function agentMemory(child: Sandbox): Promise<number> {
  return Number((await child.run("awk '/^VmRSS/ { print $2 }' /proc/1/status")).stdout) / 1024;
}

/** Connections within the guest that lead to a port. */
async function countConnections(child: Sandbox, port: number): Promise<number> {
  const hex = port.toString(16).toUpperCase();
  const counted = `awk '$3 ~ /:${hex}$/ && $4 == "01"' /proc/net/tcp | wc -l`;
  return Number((await child.run(counted)).stdout);
}

async function ask(child: Sandbox, port: number): Promise<IncomingMessage> {
  const outgoing = request({ ...used.daemon.address, path: proxyPath(child, port) }).end();
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return answer;
}

const proxyPath = ({ id }: Sandbox, port: number): string => `/v1/sandboxes/${id}/ports/${port}/proxy/`;

test("a thousand idle connections cost little, one more is refused, and all are free again", async () => {
  const { child } = used;
  const before = await daemonMemory();
  const streams: Duplex[] = [];
  while (streams.length < MOST_CONNECTIONS)
    streams.push(...(await Promise.all(Array.from({ length: 64 }, () => child.connect(IDLE)))));
  const refusal = { code: "too_many_connections", details: { limit: MOST_CONNECTIONS } };
  await expect(child.connect(ECHO)).rejects.toMatchObject(refusal);
  expect(await countConnections(child, IDLE)).toBe(MOST_CONNECTIONS);
  expect(await agentMemory(child)).toBeLessThan(24);
  expect((await daemonMemory()) - before).toBeLessThan(96);
  for (const stream of streams) stream.destroy();
  await expect.poll(() => countConnections(child, IDLE)).toBe(0);
  expect(await echo(child, "free")).toBe("free");
});

test("programs that flood clients which never read are held back, and nobody else is", async () => {
  const { child } = used;
  const before = await daemonMemory();
  const floods = await Promise.all(Array.from({ length: 32 }, () => child.connect(FLOOD)));
  const answer = await ask(child, ENDLESS);
  await delay(500);
  expect(await echo(child, "heard")).toBe("heard");
  expect((await daemonMemory()) - before).toBeLessThan(64);
  expect(await agentMemory(child)).toBeLessThan(24);
  for (const stream of [...floods, answer]) stream.destroy();
  await expect.poll(() => countConnections(child, FLOOD)).toBe(0);
  await expect.poll(() => countConnections(child, ENDLESS)).toBe(0);
});

test("a program that does not read holds its writer back, and nobody else", async () => {
  const { child } = used;
  const before = await daemonMemory();
  const stream = await child.connect(IDLE);
  for (let i = 0; i < 64; i++) stream.write(Buffer.alloc(MIB));
  await delay(500);
  expect(stream.writableLength).toBeGreaterThan(32 * MIB);
  expect(await echo(child, "heard")).toBe("heard");
  expect((await daemonMemory()) - before).toBeLessThan(32);
  stream.destroy();
  await expect.poll(() => countConnections(child, IDLE)).toBe(0);
});

test("a web server that speaks no HTTP, or breaks off its answer, is told of", async () => {
  const other = await ask(used.child, OTHER);
  expect(other.statusCode).toBe(502);
  expect(JSON.parse(await text(other))).toMatchObject({ code: "port_broken", details: { port: OTHER } });
  const half = await ask(used.child, HALF);
  expect(half.statusCode).toBe(200);
  await expect(text(half)).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("a web server that stalls is let go with its caller", async () => {
  const { child } = used;
  const stalled = request({ ...used.daemon.address, path: proxyPath(child, IDLE) }).end();
  stalled.on("error", () => {});
  await expect.poll(() => countConnections(child, IDLE)).toBe(1);
  stalled.destroy();
  await expect.poll(() => countConnections(child, IDLE)).toBe(0);
});

test("connections of a machine that is suspended break at both ends, and others follow", async () => {
  await using child = await forkServers();
  const streams = [await connectMidway(child, ECHO), await connectMidway(child, FLOOD)];
  const closed = streams.map(untilClosed);
  await child.suspend();
  await Promise.all(closed);
  await child.resume();
  await expect.poll(() => child.eval("endings")).toMatchObject({ resultJson: '["ConnectionResetError"]' });
  expect(await echo(child, "again")).toBe("again");
});

test("connections wait for a machine that is paused, and go on with it", async () => {
  await using child = await forkServers();
  const stream = await connectMidway(child, ECHO);
  const flood = await connectMidway(child, FLOOD);
  await child.pause();
  const answer = text(stream);
  stream.write("while it is paused, ");
  await expect(child.connect(ECHO)).rejects.toMatchObject({ code: "sandbox_paused" });
  let taken = 0;
  flood.on("data", (part: Buffer) => (taken += part.length));
  const before = await settled(() => taken);
  await child.resume();
  stream.end("and after");
  expect(await answer).toBe("while it is paused, and after");
  await expect.poll(() => taken).toBeGreaterThan(before + MIB);
  flood.destroy();
});

test("a daemon that dies breaks its connections at both ends, and the next one makes others", async () => {
  await using child = await forkServers();
  const stream = await connectMidway(child, ECHO);
  const closed = untilClosed(stream);
  await used.daemon.kill();
  await closed;
  await used.daemon.start();
  await expect.poll(() => echo(child, "again").catch(() => "")).toBe("again");
  await expect.poll(() => child.eval("endings[0]")).toMatchObject({ resultJson: '"ConnectionResetError"' });
});
