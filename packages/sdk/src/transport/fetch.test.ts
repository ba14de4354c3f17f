import { expect, test } from "vitest";
import { serveHttp } from "../../test/http-fixture.ts";
import type { TransportRequest } from "./transport.ts";
import { createFetchTransport } from "./fetch.ts";

const request = (method: string): TransportRequest => ({ method, path: "/", headers: {}, needsDaemon: true });

/** A server that breaks the connection of each request whose number is among `broken`. */
function serveBroken(...broken: number[]) {
  let count = 0;
  return serveHttp("tcp", (incoming, response) => {
    count += 1;
    if (broken.includes(count)) incoming.socket.destroy();
    else response.end(`answer ${count}`);
  });
}

async function answer(transport: ReturnType<typeof createFetchTransport>, method: string): Promise<string> {
  const { body } = await transport.send(request(method));
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

test.for(["GET", "DELETE"])("%s is sent again when a kept connection breaks under it", async (method) => {
  await using server = await serveBroken(2);
  await using transport = createFetchTransport(server.url);
  expect(await answer(transport, "GET")).toBe("answer 1");
  expect(await answer(transport, method)).toBe("answer 3");
});

test("what may not be done twice is not sent again", async () => {
  await using server = await serveBroken(2);
  await using transport = createFetchTransport(server.url);
  await answer(transport, "GET");
  await expect(answer(transport, "POST")).rejects.toMatchObject({ code: "daemon_lost" });
  expect(await answer(transport, "GET")).toBe("answer 3");
});

test("what the daemon knows by a key is sent again", async () => {
  await using server = await serveBroken(2);
  await using transport = createFetchTransport(server.url);
  await answer(transport, "GET");
  const keyed = { ...request("POST"), headers: { "idempotency-key": "k" } };
  const { body } = await transport.send(keyed);
  expect(Buffer.concat(await Array.fromAsync(body)).toString()).toBe("answer 3");
});

test("a connection that breaks twice is told as lost", async () => {
  await using server = await serveBroken(2, 3);
  await using transport = createFetchTransport(server.url);
  await answer(transport, "GET");
  await expect(answer(transport, "DELETE")).rejects.toMatchObject({ code: "daemon_lost" });
});
