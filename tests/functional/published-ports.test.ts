import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

const SERVER = `require("node:net").createServer((socket) => socket.on("error", () => {}).end("hello")).listen(7000, "127.0.0.1")`;

let daemon: TestDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  daemon = await TestDaemon.start();
  sandbox = await forkOne(daemon, {
    publish: [{ port: 7000 }, { port: 7001 }],
    autoResume: true,
  });
  await sandbox.spawn(["node", "-e", SERVER]);
  await sandbox.waitForPort(7000);
});
afterAll(() => daemon[Symbol.asyncDispose]());

const hostPort = (): number => sandbox.info.publishedPorts[0]?.hostPort ?? 0;

/** What is said at a port of this host. */
async function hear(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return text(socket);
}

test("a published port is one of the host's loopback, and listed with it", async () => {
  expect(await hear(hostPort())).toBe("hello");
  expect(sandbox.info.publishedPorts.map(({ port }) => port)).toEqual([7000, 7001]);
  expect(await sandbox.ports.list()).toMatchObject([{ port: 7000, hostPort: hostPort() }]);
});

test("a connection to one that nothing listens on is broken off", async () => {
  const socket = connect(sandbox.info.publishedPorts[1]?.hostPort ?? 0, "127.0.0.1");
  await expect(once(socket, "end")).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("it is there again when the daemon is, and wakes a machine that is suspended", async () => {
  await sandbox.suspend();
  await daemon.kill();
  await expect(hear(hostPort())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await daemon.start();
  expect(await hear(hostPort())).toBe("hello");
  expect((await sandbox.refresh()).status).toBe("running");
});

test("a port that is taken fails the fork, with nothing left of it", async () => {
  const before = await daemon.forkd.sandboxes.list();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address() as AddressInfo;
  const publish = [{ port: 80, hostPort: taken }];
  await expect(forkOne(daemon, { publish })).rejects.toMatchObject({ code: "port_taken" });
  server.close();
  expect(await daemon.forkd.sandboxes.list()).toHaveLength(before.length);
  await expect(daemon.forkd.sandboxes.fork(PARENT, { n: 2, publish })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("it ends with its sandbox: one that is killed, that dies, and that is killed while suspended", async () => {
  const ends: ((one: Sandbox) => Promise<unknown>)[] = [
    (one) => one.kill(),
    async (one) => process.kill(pidOf(one), "SIGKILL"),
    async (one) => {
      await one.suspend();
      await one.kill();
    },
  ];
  const sandboxes = await daemon.forkd.sandboxes.fork(PARENT, { n: 3, publish: [{ port: 7000 }] });
  for (const [index, end] of ends.entries()) {
    const one = sandboxes[index] as Sandbox;
    await end(one);
    const port = one.info.publishedPorts[0]?.hostPort ?? 0;
    await expect.poll(() => hear(port).catch(({ code }: NodeJS.ErrnoException) => code)).toBe("ECONNREFUSED");
  }
});
