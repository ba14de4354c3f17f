import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { connect as connectSocket } from "node:net";

import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { beforeAll, expect, test } from "vitest";
import { finish, startForkd } from "../../packages/cli/test/run-forkd.ts";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

/** A web server that tells what it was asked, and one that gives back what it is sent. */
const SERVERS = `
const http = require("node:http"), net = require("node:net");
const told = (req, body) => JSON.stringify({ method: req.method, url: req.url, headers: req.headers, body });
http.createServer((req, res) => {
  if (req.url === "/events") {
    res.writeHead(200, { "content-type": "text/event-stream" });
    return void res.write("data: one\\n\\n");
  }
  if (req.url === "/hop") res.writeHead(200, { connection: "x-own, close", "x-own": "1", "set-cookie": "a=b", "x-kept": "2" });
  let body = "";
  req.on("data", (part) => (body += part)).on("end", () => res.end(told(req, body)));
}).on("upgrade", (req, socket) => {
  if (req.url === "/no") return socket.end("HTTP/1.1 400 No\\r\\ncontent-length: 2\\r\\n\\r\\nno");
  socket.write("HTTP/1.1 101 Yes\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\n\\r\\nhello ");
  socket.on("error", () => {}).pipe(socket);
}).listen(8080, "127.0.0.1");
net.createServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket)).listen(7000, "::1");
`;

beforeAll(async () => {
  await used.child.spawn(["node", "-e", SERVERS]);
  await used.child.waitForPort(8080);
  await used.child.waitForPort(7000);
});

/** Asks the daemon itself by HTTP. */
async function ask(path: string, options: RequestOptions = {}, body?: string): Promise<IncomingMessage> {
  const outgoing = request({ ...used.daemon.address, path, ...options }).end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return answer;
}

const proxyPath = (path = "/"): string => `/v1/sandboxes/${used.child.id}/ports/8080/proxy${path}`;
const hostOf = (port: number): string => `${port}-${used.child.id.replace("_", "-")}.localhost`;

interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
const toldBy = async (answer: IncomingMessage): Promise<Told> => JSON.parse(await text(answer)) as Told;

test("ports that programs listen on are listed, with the program", async () => {
  const ports = await used.child.ports.list();
  expect(ports).toMatchObject([
    { port: 8080, address: "127.0.0.1", command: "node" },
    { port: 7000, address: "::1", command: "node" },
  ]);
});

test("a connection carries bytes both ways, and each way ends by itself", async () => {
  const stream = await used.child.connect(7000);
  stream.end("there and back");
  expect(await text(stream)).toBe("there and back");
});

test("a forwarded port is one of this machine, for as long as it is wanted", async () => {
  let port = 0;
  {
    await using forward = await used.child.forward(8080);
    ({ port } = forward);
    const reply = await fetch(`http://${forward.address}/x?y=1`, { method: "POST", body: "z" });
    expect(await reply.json()).toMatchObject({ method: "POST", url: "/x?y=1", body: "z" });
  }
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");
});

test("a forward of the command line ends with its sandbox, and says so", async () => {
  const daemon = `unix:${used.daemon.socketPath}`;
  const ends = [
    { said: /there is no sandbox/, end: (child: Sandbox) => child.kill() },
    { said: /died: the VMM was killed by SIGKILL/, end: ({ info }: Sandbox) => killProcess(info.pid) },
  ];
  for (const { said, end } of ends) {
    const child = await forkOne(used.daemon);
    const forward = startForkd(daemon, ["port", "forward", child.id, ":80"]);
    await once(forward.stdout, "data");
    await end(child);
    const { stderr, status } = await finish(forward);
    expect(stderr).toMatch(said);
    expect(status).not.toBe(0);
  }
});

const killProcess = (pid: number | null): boolean => pid !== null && process.kill(pid, "SIGKILL");

test("a web server is asked as by fetch", async () => {
  const reply = await used.child.fetch(8080, "/a", {
    method: "PUT",
    body: "b",
    headers: { authorization: "own" },
  });
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ method: "PUT", body: "b", headers: { authorization: "own" } });
});

test("a path of the API leads to a web server, without what opens the API", async () => {
  const answer = await ask(
    proxyPath("/a%2f/../b?c=d"),
    {
      method: "PATCH",
      headers: { authorization: "Bearer secret", cookie: "s=1", "x-mine": "1", te: "trailers" },
    },
    "body",
  );
  const { method, url, headers, body } = await toldBy(answer);
  expect({ method, url, body }).toEqual({ method: "PATCH", url: "/a%2f/../b?c=d", body: "body" });
  expect(headers).toMatchObject({
    host: "localhost:8080",
    "x-mine": "1",
    "x-forwarded-prefix": proxyPath("").replace(/\/$/, ""),
    "x-forwarded-proto": "http",
    via: "1.1 forkd",
    connection: "close",
  });
  for (const name of ["authorization", "cookie", "te"]) expect(headers).not.toHaveProperty(name);
  expect(answer.headers["content-security-policy"]).toMatch(/^sandbox (?!.*allow-same-origin)/);
});

test("a host name leads to a web server whatever the path is, also one of the API", async () => {
  const headers = { host: hostOf(8080), authorization: "own", "x-forwarded-for": "192.0.2.1" };
  const answer = await ask("/v1/sandboxes", { headers });
  expect(answer.headers).not.toHaveProperty("content-security-policy");
  expect(await toldBy(answer)).toMatchObject({
    url: "/v1/sandboxes",
    headers: { ...headers, "x-forwarded-host": hostOf(8080) },
  });
});

test("what concerns one connection alone goes no further", async () => {
  const { headers } = await ask(proxyPath("/hop"), { headers: { connection: "close" } });
  expect(headers).toMatchObject({ "x-kept": "2" });
  for (const name of ["x-own", "set-cookie"]) expect(headers).not.toHaveProperty(name);
});

test("events come as they are sent", async () => {
  const answer = await ask(proxyPath("/events"));
  const [first] = (await once(answer, "data")) as [Buffer];
  expect(String(first)).toBe("data: one\n\n");
  answer.destroy();
});

/** A request for another protocol, and all that comes of it once `more` was said. */
async function upgrade(headers: Record<string, string>, path = "/"): Promise<string> {
  const { address } = used.daemon;
  const socket =
    "socketPath" in address
      ? connectSocket(address.socketPath)
      : connectSocket(Number(address.port), address.hostname);
  const fields = Object.entries({ connection: "Upgrade", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`GET ${path} HTTP/1.1\r\n${fields.join("")}\r\nearly `);
  await once(socket, "data", { signal: AbortSignal.timeout(20_000) }).then(([head]) =>
    socket.unshift(head as Buffer),
  );
  socket.end("late");
  return String(await buffer(socket));
}

test.each([
  ["a host name", () => upgrade({ host: hostOf(8080), upgrade: "websocket" })],
  ["a path", () => upgrade({ host: "x", upgrade: "websocket" }, proxyPath("/chat"))],
])("another protocol passes through %s", async (_, attempt) => {
  const reply = await attempt();
  expect(reply).toMatch(/^HTTP\/1\.1 101 /);
  expect(reply.split("\r\n\r\n")[1]).toBe("hello early late");
});

test("a program that wants no other protocol has its answer passed on", async () => {
  const answer = await upgrade({ host: hostOf(8080), upgrade: "websocket" }, "/no");
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n.*no/s);
});

test("a request of the API that asks for another protocol is answered as if it had not", async () => {
  const answer = await ask("/healthz", { headers: { connection: "Upgrade", upgrade: "h2c" } });
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.headers).not.toHaveProperty("upgrade");
});

test("a child has none of its parent's connections, and its own lead to itself", async () => {
  const stream = await used.child.connect(7000);
  stream.write("before");
  await once(stream, "data");
  await using children = await used.child.fork({ n: 1 });
  const own = await children[0]!.connect(7000);
  own.end("of the child");
  expect(await text(own)).toBe("of the child");
  const open =
    "ss -Htn state established 2>/dev/null | wc -l; cat /proc/net/tcp6 | awk '$4 == \"01\"' | wc -l";
  expect((await children[0]!.run(open)).stdout.trim().split("\n").at(-1)).toBe("0");
  stream.end("after");
  expect(await text(stream)).toBe("after");
});

test("a paused machine that was forked so is resumed by a connection", async () => {
  await using child = await forkOne(used.daemon, { autoResume: true });
  await child.pause();
  await expect(child.connect(9)).rejects.toSatisfy(
    (error) => isForkdApiError(error) && error.code === "port_refused",
  );
  expect((await child.refresh()).status).toBe("running");
});
