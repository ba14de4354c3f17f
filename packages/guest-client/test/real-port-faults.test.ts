import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { finish, shell } from "./commands.ts";
import { calm, connectAgent } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const MOST_CONNECTIONS = 1024;

const use = useAgent();

/** A program of this host, which is the agent's host too. */
async function serve(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** In MiB. */
async function agentMemory(): Promise<number> {
  const status = await readFile(`/proc/${use.fixture.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

it("a thousand idle connections cost the agent little, and leave nothing behind", async () => {
  await using server = await serve(() => {});
  const before = await agentMemory();
  const connect = () => use.agent.connectToPort(server.port, calm);
  const tunnels = await Promise.all(Array.from({ length: MOST_CONNECTIONS }, connect));
  await expect.poll(() => server.sockets.size).toBe(MOST_CONNECTIONS);
  expect((await agentMemory()) - before).toBeLessThan(16);
  for (const tunnel of tunnels) tunnel.destroy();
  await expect.poll(() => server.sockets.size).toBe(0);
});

it("programs that flood a host which does not read cost the agent little, and others go on", async () => {
  await using server = await serve((socket) => {
    const flood = (): void => {
      while (socket.write(Buffer.alloc(65_536))) continue;
      socket.once("drain", flood);
    };
    flood();
  });
  await using other = await serve((socket) => socket.pipe(socket));
  const before = await agentMemory();
  const connect = () => use.agent.connectToPort(server.port, calm);
  const tunnels = await Promise.all(Array.from({ length: 64 }, connect));
  const tunnel = await use.agent.connectToPort(other.port, calm);
  tunnel.end("heard");
  expect(await text(tunnel)).toBe("heard");
  expect((await agentMemory()) - before).toBeLessThan(16);
  for (const each of tunnels) each.destroy();
  await expect.poll(() => server.sockets.size).toBe(0);
});

it("the loss of the host breaks every connection, and the next one makes others", async () => {
  const codes: (string | undefined)[] = [];
  await using server = await serve((socket) => {
    socket.on("error", ({ code }: NodeJS.ErrnoException) => codes.push(code));
    socket.pipe(socket);
  });
  const tunnels = await Promise.all([1, 2, 3].map(() => use.agent.connectToPort(server.port, calm)));
  for (const tunnel of tunnels) tunnel.write("x");
  await Promise.all(tunnels.map((tunnel) => once(tunnel, "data")));
  await use.agent[Symbol.asyncDispose]();
  await expect.poll(() => codes).toEqual(Array(3).fill("ECONNRESET"));
  expect(tunnels.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  use.agent = await connectAgent(use.fixture);
  const next = await use.agent.connectToPort(server.port, calm);
  next.end("again");
  expect(await text(next)).toBe("again");
});

it("programs that do not read break no connection, and hold up nothing else", async () => {
  await using server = await serve((socket) => socket.pause());
  const before = await agentMemory();
  // More than sockets hold by themselves.
  const much = Buffer.alloc(8_000_000);
  const stall = async () => {
    const tunnel = await use.agent.connectToPort(server.port, calm);
    tunnel.write(much);
    return tunnel;
  };
  const stalled = await Promise.all(Array.from({ length: 96 }, stall));
  // One that takes a rest now and then has bytes wait for it in the agent, too.
  await using other = await serve((socket) => {
    socket.pipe(socket);
    setTimeout(() => socket.unpipe(socket).pause(), 50);
    setTimeout(() => socket.pipe(socket), 300);
  });
  const tunnel = await use.agent.connectToPort(other.port, calm);
  const bytes = randomBytes(10_000_000);
  tunnel.end(bytes);
  const [heard, { result }, { stdout }] = await Promise.all([
    buffer(tunnel),
    use.agent.evaluate({ language: "python", code: "6 * 7", mode: "auto", timeoutMs: 30_000 }, calm),
    finish(use.agent.exec(shell("echo here"), calm)),
  ]);
  expect([heard.equals(bytes), result, stdout]).toEqual([true, "42", "here\n"]);
  expect(stalled.some(({ destroyed }) => destroyed)).toBe(false);
  expect((await agentMemory()) - before).toBeLessThan(24);
  for (const each of stalled) each.destroy();
}, 60_000);
