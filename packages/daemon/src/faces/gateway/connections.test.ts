import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { settled } from "../../../../../tests/harness/settled.ts";
import { HOST, OK, answering, ask, say, serve } from "../../../test/gateway-fixture.ts";

test("a program that stalls is let go with its caller, in the middle of an answer too", async () => {
  for (const bytes of [undefined, "HTTP/1.1 200 OK\r\n\r\nfirst"]) {
    await using served = await serve((socket) => void (bytes && socket.write(bytes)));
    const outgoing = httpRequest({ socketPath: served.socketPath, headers: { host: HOST } }).end();
    outgoing.on("error", () => {});
    const answered = bytes && once(outgoing, "response");
    await expect.poll(() => served.tunnels.length).toBe(1);
    await answered;
    outgoing.destroy();
    await expect.poll(() => served.tunnels[0]?.destroyed).toBe(true);
  }
});

test("a program that floods waits for a caller that does not read", async () => {
  let written = 0;
  await using served = await serve((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const flood = (): void => {
      while (socket.write(Buffer.alloc(65_536))) continue;
      written = socket.bytesWritten;
      socket.once("drain", flood);
    };
    flood();
  });
  const answer = await ask(served, { headers: { host: HOST } });
  const soFar = await settled(() => written);
  expect(soFar).toBeGreaterThan(65_536);
  expect(soFar).toBeLessThan(32 * 1024 ** 2);
  answer.destroy();
});

const TUNNEL = "GET /v1/sandboxes/web/ports/80/tunnel HTTP/1.1\r\nHost: localhost\r\n";
const ASKED = "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

test("a tunnel carries what is said behind its head, and ends each way by itself", async () => {
  await using served = await serve((socket) => socket.pipe(socket));
  expect(await say(served, `${TUNNEL}${ASKED}early`)).toBe(
    "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\nearly",
  );
});

test.each([
  ["no upgrade", "\r\n"],
  ["another one", "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
])("a tunnel that is asked for with %s is refused", async (_, rest) => {
  await using served = await serve(answering(OK));
  expect(await say(served, TUNNEL + rest)).toMatch(/^HTTP\/1\.1 400 .*invalid_request/s);
  expect(served.asked).toEqual([]);
});

test("a connection that breaks at one end breaks at the other", async () => {
  const guests: Socket[] = [];
  await using served = await serve((socket) => void guests.push(socket.resume()));
  const open = async (): Promise<Socket> => {
    // A unix socket knows no reset.
    const socket = connect({ ...served.address, allowHalfOpen: true });
    socket.write(TUNNEL + ASKED);
    await once(socket, "data");
    return socket;
  };
  const first = await open();
  guests[0]?.resetAndDestroy();
  await expect(once(first, "end")).rejects.toMatchObject({ code: "ECONNRESET" });
  (await open()).resetAndDestroy();
  await expect.poll(() => served.tunnels[1]?.destroyed).toBe(true);
});

test("a caller that goes is let go although the program takes nothing of what it said", async () => {
  await using served = await serve((socket) => void socket.pause());
  const socket = connect(served.socketPath);
  socket.write(TUNNEL + ASKED);
  await once(socket, "data");
  const part = Buffer.alloc(65_536);
  while (socket.write(part) || socket.writableLength < 4 * 1024 ** 2) continue;
  await delay(300);
  socket.destroy();
  await expect.poll(() => served.tunnels[0]?.destroyed).toBe(true);
});

test("the end of the gateway is the end of its connections", async () => {
  const served = await serve((socket) => socket.pipe(socket));
  const socket = connect(served.socketPath);
  socket.write(TUNNEL + ASKED);
  await once(socket, "data");
  const closed = once(socket.resume(), "close");
  await served[Symbol.asyncDispose]();
  await closed;
  expect(served.tunnels[0]?.destroyed).toBe(true);
});
