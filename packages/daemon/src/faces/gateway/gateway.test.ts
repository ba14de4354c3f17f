import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { HOST, INNER_PORT, OK, answering, ask, say, serve } from "../../../test/gateway-fixture.ts";

test.each([
  ["80-web.localhost", { id: "web", port: 80 }],
  ["80-WEB.localhost:7000", { id: "web", port: 80 }],
  ["80-web.localhost.", { id: "web", port: 80 }],
  ["8080-my-web-2.localhost", { id: "my-web-2", port: 8080 }],
  ["1-sb-0123456789abcdef.localhost", { id: "sb_0123456789abcdef", port: 1 }],
  ["1-sb_0123456789abcdef.localhost", { id: "sb_0123456789abcdef", port: 1 }],
])("the host %s is a port of a sandbox", async (host, target) => {
  await using served = await serve(answering(OK));
  expect(await text(await ask(served, { headers: { host }, path: "/v1/sandboxes" }))).toBe("ok");
  expect(served.asked).toEqual([target]);
});

test.each(["localhost", "web.localhost", "80-web.localhost.example.org", "80-web", "80.localhost", ""])(
  "the host '%s' is that of the API",
  async (host) => {
    await using served = await serve(answering(OK));
    expect(await text(await ask(served, { headers: { host } }))).toBe("the API");
    expect(served.asked).toEqual([]);
  },
);

test.each([
  "0-web.localhost",
  "65536-web.localhost",
  "99999999999999999999-web.localhost",
  "80-we.b@x.localhost",
  "80-..localhost",
])("the host %s leads nowhere, and not to the API", async (host) => {
  await using served = await serve(answering(OK));
  const answer = await ask(served, { headers: { host } });
  expect(answer.statusCode).toBe(400);
  expect(JSON.parse(await text(answer))).toMatchObject({ code: "invalid_request" });
  expect(served.asked).toEqual([]);
});

test.each(["0", "65536", "http", "-1", "80.5", "%2e%2e", "8080%2f.."])(
  "a port '%s' in a path of the API leads nowhere",
  async (port) => {
    await using served = await serve(answering(OK));
    const answer = await ask(served, { path: `/v1/sandboxes/web/ports/${port}/proxy/` });
    expect(answer.statusCode).toBe(400);
    expect(served.asked).toEqual([]);
  },
);

test("a port that the daemon serves itself is that by its host name, and below a path of the API the program's", async () => {
  await using served = await serve(answering(OK));
  expect(await text(await ask(served, { headers: { host: `${INNER_PORT}-web.localhost` } }))).toBe("inner");
  expect(await text(await ask(served, { path: `/v1/sandboxes/web/ports/${INNER_PORT}/proxy/x` }))).toBe("ok");
  expect(served.asked).toEqual([{ id: "web", port: INNER_PORT }]);
});

test("what a sandbox refuses is answered as by the API", async () => {
  await using served = await serve(answering(OK));
  const answer = await ask(served, { headers: { host: "80-none.localhost" } });
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(await text(answer))).toMatchObject({ code: "sandbox_not_found" });
});

test.each([
  [
    "two lengths of a body",
    "POST / HTTP/1.1\r\nHost: 80-web.localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "lengths that differ",
    "POST / HTTP/1.1\r\nHost: 80-web.localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
  ],
  ["two hosts", "GET / HTTP/1.1\r\nHost: 80-web.localhost\r\nHost: other\r\n\r\n"],
  ["two hosts, the API's first", "GET / HTTP/1.1\r\nHost: other\r\nHost: 80-web.localhost\r\n\r\n"],
  ["a list of hosts", "GET / HTTP/1.1\r\nHost: 80-web.localhost, x\r\n\r\n"],
  ["a user in its host", "GET / HTTP/1.1\r\nHost: user@80-web.localhost\r\n\r\n"],
  ["an empty label in its host", "GET / HTTP/1.1\r\nHost: 80-web.localhost..\r\n\r\n"],
  ["a port that is none", "GET / HTTP/1.1\r\nHost: 80-web.localhost:abc\r\n\r\n"],
  ["a port's host in its target", "GET http://80-web.localhost/v1/x HTTP/1.1\r\nHost: other\r\n\r\n"],
  ["a target with another host", "GET http://other/ HTTP/1.1\r\nHost: 80-web.localhost\r\n\r\n"],
  ["a target that is no path", "OPTIONS * HTTP/1.1\r\nHost: 80-web.localhost\r\n\r\n"],
  ["a line end alone", "GET / HTTP/1.1\r\nHost: 80-web.localhost\r\nX: a\rEvil: b\r\n\r\n"],
  [
    "a coding that is not known",
    "POST / HTTP/1.1\r\nHost: 80-web.localhost\r\nTransfer-Encoding: chunked, x\r\n\r\n",
  ],
  [
    "a coding beside chunked",
    "POST / HTTP/1.1\r\nHost: 80-web.localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  ],
])("a request with %s is refused, and reaches no program", async (_, bytes) => {
  await using served = await serve(answering(OK));
  expect(await say(served, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  expect(served.asked).toEqual([]);
});

test("a length that Connection would take away stays, and a body has the frame that it came in", async () => {
  const heard: string[] = [];
  await using served = await serve(answering(OK, heard));
  const head =
    "POST / HTTP/1.1\r\nHost: 80-web.localhost\r\nConnection: close, content-length, host, x-a\r\nX-A: 1\r\n";
  await say(served, `${head}Content-Length: 4\r\n\r\nbody`);
  expect(heard[0]).toMatch(
    /^POST \/ HTTP\/1\.1\r\n.*host: 80-web\.localhost\r\ncontent-length: 4\r\n.*\r\n\r\nbody$/is,
  );
  expect(heard[0]).not.toMatch(/x-a/i);
  await say(
    served,
    "GET / HTTP/1.1\r\nHost: 80-web.localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
  );
  expect(heard[0]).toMatch(/transfer-encoding: chunked\r\n.*\r\n\r\n1\r\na\r\n0\r\n\r\n$/is);
});

test.each([
  ["says nothing of HTTP", "SSH-2.0-OpenSSH\r\n"],
  ["hangs up", ""],
  ["has a head without an end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}`],
  ["has a status that is none", "HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n"],
  [
    "has two lengths of its body",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["takes another protocol unasked", "HTTP/1.1 101 Yes\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"],
])("a program that %s gives port_broken", async (_, bytes) => {
  await using served = await serve(answering(bytes));
  const answer = await ask(served, { headers: { host: HOST } });
  expect(answer.statusCode).toBe(502);
  expect(JSON.parse(await text(answer))).toMatchObject({ code: "port_broken" });
});

test("an answer that breaks off does so for its reader", async () => {
  await using served = await serve(answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"));
  await expect(ask(served, { headers: { host: HOST } }).then(text)).rejects.toThrow("aborted");
});

const PROXY = "/v1/sandboxes/web/ports/80/proxy";

test.each([
  ["/v1/gc", `${PROXY}/v1/gc`],
  ["../../../../../../v1/gc?x", `${PROXY}/v1/gc?x`],
  ["%2e%2e/.%2E/v1", `${PROXY}/v1`],
  ["next#part", `${PROXY}/a/next#part`],
  ["http://localhost:80/x", `${PROXY}/x`],
  ["http://FORKD/v1/gc", `${PROXY}/v1/gc`],
  ["//forkd/v1/gc", `${PROXY}/v1/gc`],
  ["https://example.org/x", "https://example.org/x"],
  ["http://[", PROXY],
])("a redirect to %s leads to %s on a path of the API", async (location, expected) => {
  const answer = `HTTP/1.1 307 Go\r\nlocation: ${location}\r\nwww-authenticate: Basic\r\nrefresh: 0;url=/v1\r\ncontent-length: 0\r\n\r\n`;
  await using served = await serve(answering(answer));
  const { headers } = await ask(served, { path: `${PROXY}/a/b`, headers: { host: "forkd" } });
  expect(headers.location).toBe(expected);
  expect(Object.keys(headers)).not.toContain("www-authenticate");
  expect(Object.keys(headers)).not.toContain("refresh");
});

test.each([
  ["of another site", { origin: "http://evil.example", host: "forkd" }, 403],
  ["of no origin, as pages of guests are", { origin: "null", host: "forkd" }, 403],
  ["of another port", { origin: "http://forkd:81", host: "forkd:80" }, 403],
  ["that says so itself", { "sec-fetch-site": "same-site", host: "forkd" }, 403],
  ["of its own", { origin: "http://forkd:81", "sec-fetch-site": "same-origin", host: "forkd:81" }, 200],
  ["that is none", { host: "forkd" }, 200],
])("a page %s may change what the API has: %s gives %i", async (_, headers, status) => {
  await using served = await serve(answering(OK));
  const answer = await ask(served, { method: "POST", path: "/v1/gc", headers });
  expect(answer.statusCode).toBe(status);
});

test("an early answer to an upload leaves the caller's connection good for the next request", async () => {
  await using served = await serve((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 413 Too\r\ncontent-length: 2\r\n\r\nno"));
    setTimeout(() => socket.destroy(), 300);
  });
  const length = 10_000_000;
  const socket = connect({ path: served.socketPath, allowHalfOpen: true });
  socket.write(`POST /up HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(Buffer.alloc(length));
  socket.end("GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*no.*HTTP\/1\.1 200 .*the API/s);
});
