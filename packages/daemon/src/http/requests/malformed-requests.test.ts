import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { readAll, say, serveApi } from "../../../test/api-fixture.ts";
import type { Work } from "../../../test/api-fixture.ts";

/** A server on a socket, each of whose operations does `work`. */
async function listen(work?: Work): Promise<string> {
  const served = await serveApi(work);
  onTestFinished(() => served[Symbol.asyncDispose]());
  return served.socketPath;
}

function post(path: string, body: string, headers = ""): string {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`;
}

const LAST = "connection: close\r\n";

test.each([
  ["garbage", "what is this?\r\n\r\n", 400, "invalid_request"],
  ["TLS", Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1]), 400, "invalid_request"],
  ["a bad length", "POST /v1/gc HTTP/1.1\r\ncontent-length: x\r\n\r\n", 400, "invalid_request"],
  [
    "two lengths",
    "POST /v1/gc HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    400,
    "invalid_request",
  ],
  ["a body that is cut", "POST /v1/gc HTTP/1.1\r\ncontent-length: 9\r\n\r\n{}", 400, "invalid_request"],
  ["a large head", `GET /healthz HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, 431, "headers_too_large"],
  ["CONNECT", "CONNECT a:1 HTTP/1.1\r\n\r\n", 404, "unknown_route"],
  ["a bad escape", `GET /v1/snapshots/%zz HTTP/1.1\r\n${LAST}\r\n`, 400, "invalid_request"],
  [
    "a path that is too long",
    `GET /v1/snapshots/${"x".repeat(5000)} HTTP/1.1\r\n${LAST}\r\n`,
    400,
    "invalid_request",
  ],
  ["a large body to nowhere", post("/v1/none", "x".repeat(1_000_000), LAST), 404, "unknown_route"],
  ["an unknown method", `PROPFIND / HTTP/1.1\r\n${LAST}\r\n`, 404, "unknown_route"],
])("answers %s as every other error", async (_, bytes, status, code) => {
  const answer = await say(await listen(), bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toEqual({
    error: expect.any(String),
    code,
    hint: expect.any(String),
    details: expect.any(Object),
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each(["x-api-key: e2b_00", "E2B-Sandbox-Id: sb_0000000000000000", "X-Access-Token: 0"])(
  "answers a large head of E2B's clients (%s) in their words",
  async (field) => {
    const head = `GET /v2/sandboxes HTTP/1.1\r\n${field}\r\nx: ${"y".repeat(20_000)}\r\n\r\n`;
    const answer = await say(await listen(), head);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toEqual({
      code: 431,
      message: expect.stringContaining("16384"),
    });
  },
);

test("answers a request before what is wrong behind it", async () => {
  const path = await listen(async () => {
    await delay(100);
    return {};
  });
  const socket = connect(path);
  socket.write(`${post("/v1/gc", "{}")}what is this?\r\n\r\n`);
  const answer = await readAll(socket);
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
});

test("answers a caller that has closed its half of the connection", async () => {
  const path = await listen(async ({ signal }) => {
    await delay(600, undefined, { signal });
    return {};
  });
  expect(await say(path, post("/v1/gc", "{}"))).toMatch(/^HTTP\/1.1 200 /);
});

test.each(["destroy", "end"] as const)(
  "cancels the work for a caller that leaves after %s",
  async (first) => {
    const started = Promise.withResolvers<AbortSignal>();
    const path = await listen(async ({ signal }) => {
      started.resolve(signal);
      await once(signal, "abort");
    });
    const socket = connect(path);
    socket.write(post("/v1/gc", "{}"));
    const signal = await started.promise;
    socket[first]();
    if (first === "end") await delay(50);
    expect(signal.aborted && first === "end").toBe(false);
    socket.destroy();
    if (!signal.aborted) await once(signal, "abort");
  },
);

test("bounds a body by its route", async () => {
  const path = await listen(async () => ({ collect: async () => ({}) }));
  const code = JSON.stringify({ code: "x".repeat(1_000_000) });
  const tag = JSON.stringify({ tag: "x".repeat(1_000_000) });
  const id = "sb_0000000000000000";
  expect(await say(path, post(`/v1/sandboxes/${id}/eval`, code, LAST))).toMatch(/^HTTP\/1.1 200 /);
  const refused = await say(path, post(`/v1/sandboxes/${id}/branch`, tag, LAST));
  expect(refused).toMatch(/^HTTP\/1.1 413 .*"limitBytes":262144/s);
  const chunks = `${(1_000_000).toString(16)}\r\n${"x".repeat(1_000_000)}\r\n0\r\n\r\n`;
  const head = `POST /v1/gc HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n${LAST}\r\n`;
  expect(await say(path, `${head}${chunks}`)).toMatch(/^HTTP\/1.1 413 /);
});

test("counts a body before it is parsed", async () => {
  const answer = await say(await listen(), post("/v1/sandboxes", "[".repeat(50_000_000), LAST));
  expect(answer).toMatch(/^HTTP\/1.1 400 .*the body is nested more than 64 deep/s);
});

test("takes a raw body of any content type", async () => {
  const path = await listen(async ({ body }) => ({
    bytes: (await Array.fromAsync(body as never)).join("").length,
  }));
  const file = "/v1/sandboxes/sb_0000000000000000/files?path=/x";
  expect(await say(path, post(file, "12345", LAST).replace("POST", "PUT"))).toMatch(/\{"bytes":5\}$/);
});
