import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { buffer, text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { settled } from "../../../tests/harness/settled.ts";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const MANY_BYTES = 40_000_000;

const use = useAgent();

/** A server of this host, which is the agent's host too, and the port that it has. */
async function serve(onConnection: (socket: Socket) => void, host = "127.0.0.1") {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const connect = (port: number) => use.agent.connectToPort(port, calm);

it.each(["127.0.0.1", "::1"])("a tunnel carries bytes both ways to a port of %s", async (host) => {
  await using server = await serve((socket) => socket.pipe(socket), host);
  const tunnel = await connect(server.port);
  const bytes = randomBytes(3_000_000);
  tunnel.end(bytes);
  expect((await buffer(tunnel)).equals(bytes)).toBe(true);
});

it("as many connections as there may be send all at once, and the agent answers meanwhile", async () => {
  const LIMIT = 1024;
  const bytes = Buffer.alloc(100_000);
  let heard = 0;
  await using server = await serve((socket) => socket.on("data", ({ length }: Buffer) => (heard += length)));
  const tunnels = await Promise.all(Array.from({ length: LIMIT }, () => connect(server.port)));
  for (const tunnel of tunnels) tunnel.write(bytes);
  await use.agent.ping(calm);
  await expect.poll(() => heard).toBe(LIMIT * bytes.length);
  expect(tunnels.filter(({ destroyed }) => destroyed)).toEqual([]);
  // All are given up at once, and that is no attack either.
  for (const tunnel of tunnels) tunnel.destroy();
  await use.agent.ping(calm);
}, 60_000);

it("a write that is longer than a connection may hold is sent in parts", async () => {
  let heard = 0;
  await using server = await serve((socket) => socket.on("data", ({ length }: Buffer) => (heard += length)));
  const tunnels = await Promise.all(Array.from({ length: 8 }, () => connect(server.port)));
  for (const tunnel of tunnels) tunnel.write(Buffer.alloc(MANY_BYTES));
  await use.agent.ping(calm);
  await expect.poll(() => heard).toBe(8 * MANY_BYTES);
  for (const tunnel of tunnels) tunnel.destroy();
}, 60_000);

it("each way of a tunnel ends by itself", async () => {
  await using server = await serve((socket) => {
    socket.write("first\n");
    socket.end("last\n");
    void text(socket).then((heard) => heards.push(heard));
  });
  const heards: string[] = [];
  const tunnel = await connect(server.port);
  const closed = once(tunnel, "close");
  expect(await text(tunnel)).toBe("first\nlast\n");
  tunnel.write("still ");
  await sleep(50);
  tunnel.end("here");
  await expect.poll(() => heards).toEqual(["still here"]);
  await closed;
});

it("text and buffers that are written together arrive as they are", async () => {
  const heard: Buffer[] = [];
  await using server = await serve((socket) => socket.on("data", (data) => heard.push(data)));
  const tunnel = await connect(server.port);
  tunnel.cork();
  tunnel.write("text, and ", "latin1");
  tunnel.write(Buffer.from("buffers"));
  tunnel.uncork();
  await expect.poll(() => String(Buffer.concat(heard))).toBe("text, and buffers");
  tunnel.destroy();
});

it("a program that breaks its connection breaks the tunnel, and the other way round", async () => {
  const errors: string[] = [];
  await using server = await serve((socket) => {
    socket.on("error", ({ code }: NodeJS.ErrnoException) => errors.push(code ?? ""));
    socket.on("data", (data) => String(data) === "break" && socket.resetAndDestroy());
  });
  const broken = await connect(server.port);
  broken.write("break");
  await expect(once(broken, "end")).rejects.toMatchObject({ code: "ECONNRESET" });
  const left = await connect(server.port);
  left.write("x");
  left.destroy();
  await expect.poll(() => errors).toEqual(["ECONNRESET"]);
});

it("a port that nothing listens on is refused, also one of the range that connections come from", async () => {
  const server = await serve(() => {});
  const { port } = server;
  await server[Symbol.asyncDispose]();
  expect(await failureOf(connect(port))).toMatchObject({ code: "port_refused" });
  for (const odd of [0, 65_536, 99_999]) {
    expect(await failureOf(connect(odd))).toMatchObject({ code: "guest_refused" });
  }
  await use.agent.ping(calm);
});

it("what a program does not read stays bounded in the agent, and what we do not read in the program", async () => {
  const written: number[] = [];
  await using server = await serve((socket) => {
    socket.pause();
    const flood = Buffer.alloc(65_536);
    const send = (): void => {
      while (socket.write(flood)) continue;
      written.push(socket.bytesWritten);
      socket.once("drain", send);
    };
    send();
  });
  const tunnel = await connect(server.port);
  while (tunnel.write(Buffer.alloc(65_536))) continue;
  const soFar = await settled(() => written.at(-1));
  expect(soFar).toBeGreaterThan(65_536);
  expect(soFar).toBeLessThan(32 * 1024 ** 2);
  await use.agent.ping(calm);
  tunnel.destroy();
});

it("sockets that listen are listed with the process that has them", async () => {
  await using server = await serve(() => {});
  const listeners = await use.agent.listListeners(calm);
  expect(listeners.find(({ port }) => port === server.port)).toMatchObject({
    address: "127.0.0.1",
    pid: process.pid,
  });
});

it.each(["0.0.0.0", "::", "::ffff:0.0.0.0", "::ffff:127.0.0.1"])(
  "a port of %s is waited for",
  async (host) => {
    await using server = await serve((socket) => socket.end("there"), host);
    await use.agent.waitForPort(server.port, calm);
    expect(await text(await connect(server.port))).toBe("there");
  },
);

it("a wait for a port ends when something listens, without a connection, or when it is given up", async () => {
  const first = await serve(() => {});
  const { port } = first;
  await first[Symbol.asyncDispose]();
  const waiting = use.agent.waitForPort(port, calm);
  const given = new AbortController();
  const other = use.agent.waitForPort(port, { signal: given.signal });
  await sleep(50);
  given.abort();
  expect(await failureOf(other)).toMatchObject({ code: "cancelled" });
  let connections = 0;
  const server = createServer(() => (connections += 1)).listen(port, "127.0.0.1");
  await waiting;
  expect(connections).toBe(0);
  server.close();
});
