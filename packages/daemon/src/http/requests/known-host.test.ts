import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { HOST, OK, answering, ask, serve } from "../../../test/gateway-fixture.ts";
import type { Served } from "../../../test/gateway-fixture.ts";

const OURS = ["localhost", "LOCALHOST:7000", "localhost.", "127.0.0.1:7000", "127.8.8.8", "[::1]:7000"];
const OTHERS = [
  "evil.example",
  "127.0.0.1.evil.example",
  "80-web.localhost.example",
  "xlocalhost",
  "192.0.2.1",
];

async function askByTcp({ address }: Served, path: string, headers: Record<string, string>) {
  const outgoing = httpRequest({ ...address, path, headers }).end();
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

const API = "/v1/sandboxes";
const PORT = "/v1/sandboxes/web/ports/80";

const NOBODY = { name: "anonymous", scope: "none" } as const;

test.each(OURS)(
  "a request by TCP for the host %s is looked at, and reaches no port without a token",
  async (host) => {
    await using served = await serve(answering(OK), NOBODY);
    expect(await askByTcp(served, API, { host })).toEqual({ status: 200, body: "the API" });
    expect(await askByTcp(served, `${PORT}/proxy/`, { host })).toMatchObject({ status: 401 });
    expect(served.asked).toEqual([]);
  },
);

test.each([...OURS, ...OTHERS])("with a token any host is served: %s", async (host) => {
  await using served = await serve(answering(OK), { name: "someone", scope: "use" });
  expect(await askByTcp(served, API, { host })).toEqual({ status: 200, body: "the API" });
  expect(await askByTcp(served, `${PORT}/proxy/`, { host })).toEqual({ status: 200, body: "ok" });
});

test("a token to read reaches no port", async () => {
  await using served = await serve(answering(OK), { name: "someone", scope: "read" });
  expect(await askByTcp(served, API, { host: HOST })).toMatchObject({ status: 403 });
  const tunnel = { host: "localhost", connection: "Upgrade", upgrade: "tcp" };
  expect(await askByTcp(served, `${PORT}/tunnel`, tunnel)).toMatchObject({ status: 403 });
  expect(served.asked).toEqual([]);
});

test("a port's own host is served by TCP", async () => {
  await using served = await serve(answering(OK));
  expect(await askByTcp(served, API, { host: HOST })).toEqual({ status: 200, body: "ok" });
});

const UPGRADE = { connection: "Upgrade", upgrade: "tcp" };

test.each(OTHERS)("a request by TCP for the host %s is refused, and reaches no port", async (host) => {
  await using served = await serve(answering(OK), NOBODY);
  const refusal = { status: 421, body: expect.stringContaining('"unknown_host"') as string };
  expect(await askByTcp(served, API, { host })).toEqual(refusal);
  expect(await askByTcp(served, `${PORT}/proxy/`, { host })).toEqual(refusal);
  expect(await askByTcp(served, `${PORT}/tunnel`, { host, ...UPGRADE })).toEqual(refusal);
  expect(served.asked).toEqual([]);
});

test.each(OTHERS)("where nobody is let in without a token, the host does not matter: %s", async (host) => {
  await using served = await serve(answering(OK), NOBODY);
  const fields = { "e2b-sandbox-id": "web", "e2b-sandbox-port": "80" };
  expect(await askByTcp(served, "/", { host, ...fields })).toMatchObject({ status: 401 });
  expect(served.asked).toEqual([]);
});

test("a unix socket is reached by any name", async () => {
  await using served = await serve(answering(OK));
  expect((await ask(served, { headers: { host: "evil.example" } })).statusCode).toBe(200);
});
