import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { Sandbox } from "@e2b/code-interpreter";
import { Forkd } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

/** As nginx does it unless told: a connection on which nothing came for so long is ended. E2B's client asks for a sign each 50. */
const PATIENCE_MS = 60_000;
const SILENCE_SECS = 70;
const TIMEOUT_MS = 300_000;

/** A proxy that cuts what is silent, and how often it had to. */
async function serveProxy(port: number) {
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const daemon = connect(port, "127.0.0.1");
    const cut = (): void => {
      cuts += 1;
      for (const socket of [client, daemon]) socket.destroy();
    };
    for (const socket of [client, daemon]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    // What the daemon says alone: a client that has asked is silent by right.
    daemon.setTimeout(PATIENCE_MS, cut);
    client.pipe(daemon).pipe(client);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

let e2b: E2bDaemon;
let proxy: Awaited<ReturnType<typeof serveProxy>>;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("cutting-proxy");
  proxy = await serveProxy(Number(new URL(e2b.baseUrl).port));
  const through = { apiUrl: proxy.baseUrl, sandboxUrl: proxy.baseUrl };
  sandbox = await Sandbox.create(PARENT, { ...e2b.options, ...through, timeoutMs: 3_600_000 });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await e2b[Symbol.asyncDispose]();
});

test(
  "what is silent for longer than a proxy waits goes through it whole",
  async () => {
    await using forkd = new Forkd({ baseUrl: proxy.baseUrl, token: e2b.token });
    const own = forkd.sandboxes.at(sandbox.sandboxId);
    const script = `echo before; sleep ${SILENCE_SECS}; echo after`;
    const code = `import time\nprint("before")\ntime.sleep(${SILENCE_SECS})\nprint("after")`;
    const said = (text: string): string[] => text.trim().split("\n");

    const changes = Promise.withResolvers<string>();
    const watch = await sandbox.files.watchDir("/srv", ({ name }) => changes.resolve(name), {
      timeoutMs: TIMEOUT_MS,
      onExit: (error) => changes.reject(error ?? new Error("the watch has ended")),
    });
    const ownChanges = own.files.watchDir("/srv");
    expect((await ownChanges.next()).value).toMatchObject({ type: "opened" });
    const ownChange = ownChanges.next();

    const options = { timeoutMs: TIMEOUT_MS };
    const outputs = await Promise.all([
      sandbox.commands.run(script, options).then(({ stdout }) => stdout),
      sandbox.runCode(code, options).then(({ logs }) => logs.stdout.join("")),
      own.commands.run(script, options).then(({ stdout }) => stdout),
    ]);
    expect(outputs.map(said)).toEqual(Array.from({ length: 3 }, () => ["before", "after"]));

    await own.files.write("/srv/late", "x");
    expect(await changes.promise).toBe("late");
    expect((await ownChange).value).toMatchObject({ type: expect.any(String) as string });
    await watch.stop();
    await ownChanges.return();
  },
  TIMEOUT_MS,
);
