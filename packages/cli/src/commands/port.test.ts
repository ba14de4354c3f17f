import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { sandboxReply } from "../../test/replies.ts";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { serveTunnels } from "../../../sdk/test/tunnel-fixture.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";

test.each([[["port", ID]], [["port", "ls", ID]]])(
  "%j lists what listens, and what is published",
  async (args) => {
    const json = [
      { port: 8080, address: "127.0.0.1", pid: 7, command: "node", host_port: 18080 },
      { port: 53, address: "::", pid: null, command: null, host_port: null },
    ];
    const published = [
      { port: 8080, host_port: 18080 },
      { port: 5432, host_port: 15432 },
    ];
    const sandbox = sandboxReply({ id: ID, published_ports: published });
    await using daemon = await serveRoutes({
      [`GET /v1/sandboxes/${ID}/ports`]: { json },
      [`GET /v1/sandboxes/${ID}`]: { json: sandbox },
    });
    const { stdout, status } = await forkd(daemon.url, ...args);
    expect(stdout.split("\n").map((line) => line.trim().split(/\s+/))).toEqual([
      ["PORT", "ADDRESS", "PID", "COMMAND", "PUBLISHED"],
      ["8080", "127.0.0.1", "7", "node", "127.0.0.1:18080"],
      ["53", "::", "?", "?", "-"],
      ["5432", "-", "?", "?", "127.0.0.1:15432"],
      [""],
    ]);
    expect(status).toBe(0);
  },
);

test("port wait says how long it waits", async () => {
  await using daemon = await serveRoutes({ [`POST /v1/sandboxes/${ID}/ports/80/wait`]: { json: {} } });
  const { stdout } = await forkd(daemon.url, "port", "wait", ID, "80", "--timeout-secs", "5");
  expect(stdout).toBe("something listens on port 80\n");
  expect(daemon.requests[0]?.body).toEqual({ timeout_secs: 5 });
});

test("port forward says where it listens, carries connections there, and ends with an interrupt", async () => {
  await using daemon = await serveTunnels((stream) => stream.pipe(stream));
  const child = startForkd(daemon.url, ["port", "forward", ID, ":80", ":5432", "--json"]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const {
    port,
    host,
    local_port: localPort,
  } = JSON.parse(String(said).split("\n")[0] ?? "") as {
    port: number;
    host: string;
    local_port: number;
  };
  expect({ port, host }).toEqual({ port: 80, host: "127.0.0.1" });
  const socket = connect(localPort, host);
  socket.end("there and back");
  expect(await text(socket)).toBe("there and back");
  expect(daemon.asked).toEqual([`/v1/sandboxes/${ID}/ports/80/tunnel`]);
  child.kill("SIGINT");
  expect((await finish(child)).status).toBe(0);
});

test("a forward goes on where the daemon went and comes back", async () => {
  const first = await serveTunnels((stream) => stream.pipe(stream));
  const child = startForkd(first.url, ["port", "forward", ID, ":80"]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  await expect.poll(() => first.followers).toBe(1);
  const noted = once(child.stderr, "data") as Promise<[Buffer]>;
  await first[Symbol.asyncDispose]();
  expect(String((await noted)[0])).toMatch(/^the daemon has gone: waiting/);
  const socketPath = first.url.slice("unix:".length);
  await mkdir(dirname(socketPath));
  await using _ = await serveTunnels((stream) => stream.pipe(stream), { socketPath });
  expect(String((await once(child.stderr, "data"))[0])).toBe("the daemon is back\n");
  const socket = connect(Number(/:(\d+) /.exec(String(said))?.[1]), "127.0.0.1");
  socket.end("there and back");
  expect(await text(socket)).toBe("there and back");
  child.kill("SIGINT");
  expect((await finish(child)).status).toBe(0);
});

test("a port that is taken here is refused where it was asked for, and another takes its place where not", async () => {
  await using daemon = await serveTunnels((stream) => stream.pipe(stream));
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const refused = await forkd(daemon.url, "port", "forward", ID, `${port}:80`);
  expect(refused.stderr).toContain("EADDRINUSE");
  expect(refused.status).toBe(1);
  const child = startForkd(daemon.url, ["port", "forward", ID, String(port)]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  expect(String(said)).toMatch(
    new RegExp(`^127\\.0\\.0\\.1:(?!${port} )\\d+ leads to port ${port} of ${ID}\n$`),
  );
  child.kill("SIGINT");
  await finish(child);
  other.close();
});

test("a connection that is refused is told, and the next is taken", async () => {
  const error = { error: "nothing listens on port 80 in the guest", code: "port_refused", hint: "" };
  await using daemon = await serveTunnels({ status: 502, body: error });
  const child = startForkd(daemon.url, ["port", "forward", ID, ":80"]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const localPort = Number(/:(\d+) /.exec(String(said))?.[1]);
  for (let i = 0; i < 2; i++) {
    const socket = connect(localPort, "127.0.0.1").resume();
    await new Promise((resolve) => socket.on("error", () => {}).on("close", resolve));
  }
  child.kill("SIGINT");
  expect((await finish(child)).stderr).toBe(`port 80: ${error.error}\n`.repeat(2));
});

test("port open prints the address where there is no desktop", async () => {
  await using daemon = await serveTunnels((stream) => stream.pipe(stream));
  const child = startForkd(daemon.url, ["port", "open", ID, "80"], { DISPLAY: "", WAYLAND_DISPLAY: "" });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  expect(String(said)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  child.kill("SIGINT");
  expect((await finish(child)).stderr).toContain("no browser was found");
});

test.each([
  [["port", "forward", ID, "80:http"], "a number from 1 to 65535"],
  [["port", "wait", ID, "0"], "a number from 1 to 65535"],
  [["port-forward", ID, "8080:80"], "forkd port forward ID LOCAL:PORT"],
])("%j is answered with what to do", async (args, said) => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, ...args);
  expect(stderr).toContain(said);
  expect(status).toBe(2);
});
