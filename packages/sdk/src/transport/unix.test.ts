import { expect, test } from "vitest";
import { serveHttp } from "../../test/http-fixture.ts";
import type { TransportRequest } from "./transport.ts";
import { createUnixTransport } from "./unix.ts";

const requestUntil = (signal: AbortSignal): TransportRequest => ({
  method: "GET",
  path: "/",
  headers: {},
  needsDaemon: true,
  signal,
});

test("a signal that aborts once the answer is here ends nothing else", async () => {
  await using server = await serveHttp("unix", (_, response) => response.end("all of it"));
  await using transport = createUnixTransport(server.url.slice("unix:".length));
  for (let round = 0; round < 20; round++) {
    const caller = new AbortController();
    const { body } = await transport.send(requestUntil(caller.signal));
    const iterator = body[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe("all of it");
    caller.abort("enough");
    await iterator.return?.();
  }
});

test("a signal that aborts before the answer rejects with its reason", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  await using server = await serveHttp("unix", () => ask());
  await using transport = createUnixTransport(server.url.slice("unix:".length));
  const caller = new AbortController();
  const sent = transport.send(requestUntil(caller.signal));
  sent.catch(() => {});
  await asked;
  caller.abort("enough");
  await expect(sent).rejects.toBe("enough");
});

test("a signal that aborts in the middle of the answer ends its body with its reason", async () => {
  await using server = await serveHttp("unix", (_, response) => void response.write("begun"));
  await using transport = createUnixTransport(server.url.slice("unix:".length));
  const caller = new AbortController();
  const { body } = await transport.send(requestUntil(caller.signal));
  await expect(async () => {
    for await (const _ of body) caller.abort("enough");
  }).rejects.toBe("enough");
});
