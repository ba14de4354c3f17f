import { text } from "node:stream/consumers";
import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { askApi, say, serveApi } from "../../../test/api-fixture.ts";
import { HOST, OK, answering, ask, serve } from "../../../test/gateway-fixture.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const fail = () => Promise.reject(new Error("a defect"));

test.each(["4bf92f3577b34da6a3ce929d0e0e4736", "a", "ci/job:7.2_x-y+z=@h", "x".repeat(128)])(
  "a request is called as its caller calls it: %s",
  async (id) => {
    await using api = await serveApi(fail);
    const answer = await askApi(api.socketPath, { path: "/v1/jobs", headers: { "x-request-id": id } });
    expect(answer.headers["x-request-id"]).toBe(id);
    expect(JSON.parse(await text(answer))).toMatchObject({ code: "internal", request_id: id });
    expect(api.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { msg: "request.failed", requestId: id },
    ]);
  },
);

test.each(["", "two words", "a,b", "x".repeat(129), 'a"b', "a\u00e9", "<b>"])(
  "a name that is not sound is not taken: %s",
  async (id) => {
    await using api = await serveApi();
    const { headers } = await askApi(api.socketPath, { path: "/v1/jobs", headers: { "x-request-id": id } });
    expect(headers["x-request-id"]).toMatch(UUID);
  },
);

test("of two names none is taken", async () => {
  await using api = await serveApi();
  const head = "GET /healthz HTTP/1.1\r\nx-request-id: a\r\nx-request-id: b\r\nconnection: close\r\n\r\n";
  expect(await say(api.socketPath, head)).toMatch(/^x-request-id: [\da-f-]{36}\r$/m);
});

test.each([
  ["a route that there is not", "GET /nowhere HTTP/1.1"],
  ["a path that is too long", `GET /v1/jobs/${"x".repeat(600)} HTTP/1.1`],
  ["a method that opens no tunnel", "CONNECT host:1 HTTP/1.1"],
  ["a target that is no path", "GET http://other/ HTTP/1.1"],
])("an answer to %s has the same name as its error", async (_, start) => {
  await using api = await serveApi();
  const answer = await say(api.socketPath, `${start}\r\nx-request-id: mine\r\nconnection: close\r\n\r\n`);
  expect(answer).toMatch(/^x-request-id: mine\r$/m);
  expect(answer).toContain('"request_id":"mine"');
});

test("an answer to what is no request has a name too", async () => {
  await using api = await serveApi();
  const answer = await say(api.socketPath, "what is this?\r\n\r\n");
  const [, id = ""] = /^x-request-id: (.*)\r$/m.exec(answer) ?? [];
  expect(id).toMatch(UUID);
  expect(answer).toContain(`"request_id":"${id}"`);
});

test("what a port refuses is named, and what its program answers is the program's", async () => {
  const heard: string[] = [];
  await using served = await serve(answering(OK, heard));
  const headers = { host: HOST, "x-request-id": "mine" };
  const answer = await ask(served, { headers });
  expect(heard[0]).toMatch(/^x-request-id: mine\r$/im);
  expect(answer.headers).not.toHaveProperty("x-request-id");
  const refusal = await ask(served, { headers: { ...headers, host: "80-none.localhost" } });
  expect(refusal.headers["x-request-id"]).toBe("mine");
  expect(JSON.parse(await text(refusal))).toMatchObject({ request_id: "mine" });
});

test("an error that was told by its code is not logged, and a defect is, with its name", async () => {
  await using api = await serveApi(() => Promise.reject(new ForkdError("job_not_found", { id: "job_1" })));
  const { statusCode } = await askApi(api.socketPath, { path: "/v1/jobs" });
  expect(statusCode).toBe(404);
  expect(api.lines).toEqual([]);
});
