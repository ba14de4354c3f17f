import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { PublishedPorts } from "./published-ports.ts";

const id = createSandboxId();

test("a published port leads to the port of its sandbox, until that is closed", async () => {
  const asked: unknown[] = [];
  await using ports = new PublishedPorts(async (order) => {
    asked.push(order);
    return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) yield chunk;
    });
  });
  const [published] = await ports.open(id, [{ port: 5432, hostPort: 0 }]);
  const socket = connect(published?.hostPort ?? 0, "127.0.0.1");
  socket.end("hello");
  expect(await text(socket)).toBe("hello");
  expect(asked).toEqual([{ id, port: 5432 }]);
  await ports.close(id);
  const refused = connect(published?.hostPort ?? 0, "127.0.0.1");
  await expect(once(refused, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a connection is broken off that the sandbox does not take, and one that is open when it ends", async () => {
  const answers = [
    () => Promise.reject(new Error("refused")),
    () => Promise.resolve(new Duplex({ read() {}, write() {} })),
  ];
  await using ports = new PublishedPorts(
    () => answers.shift()?.() ?? Promise.reject(new Error("asked twice")),
  );
  const [published] = await ports.open(id, [{ port: 80, hostPort: 0 }]);
  const open = (): { socket: Socket; closed: Promise<unknown> } => {
    const socket = connect(published?.hostPort ?? 0, "127.0.0.1")
      .on("error", () => {})
      .resume();
    return { socket, closed: new Promise((resolve) => socket.on("close", resolve)) };
  };
  await open().closed;
  const second = open();
  await expect.poll(() => answers).toEqual([]);
  await ports.close(id);
  await second.closed;
});

test("a caller that goes away calls off what was begun for it", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  await using ports = new PublishedPorts(async (_, { signal }) => {
    begun.resolve(signal);
    await once(signal, "abort");
    throw signal.reason;
  });
  const [published] = await ports.open(id, [{ port: 80, hostPort: 0 }]);
  const socket = connect(published?.hostPort ?? 0, "127.0.0.1");
  const signal = await begun.promise;
  const aborted = once(signal, "abort");
  socket.resetAndDestroy();
  await aborted;
  expect(signal.aborted).toBe(true);
});

test("where one of the ports is taken none is open", async () => {
  await using ports = new PublishedPorts(() => Promise.reject(new Error("nobody")));
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port: taken } = other.address() as AddressInfo;
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port: hostPort } = free.address() as AddressInfo;
  free.close();
  const orders = [
    { port: 1, hostPort },
    { port: 2, hostPort: taken },
  ];
  await expect(ports.open(id, orders)).rejects.toMatchObject({
    code: "port_taken",
    details: { port: taken },
  });
  const refused = connect(hostPort, "127.0.0.1");
  await expect(once(refused, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  other.close();
});
