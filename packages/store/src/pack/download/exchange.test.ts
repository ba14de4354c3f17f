import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readBody, sendRequest } from "./http.ts";

const SIZE_BYTES = 4 * 1024 * 1024;
const BODY = Buffer.from(Array.from({ length: SIZE_BYTES }, (_, at) => at % 251));

/** Speaks HTTP/1.0: sends what it has as fast as it can, and closes. */
async function serveOnce(
  body: Buffer,
  { declaredBytes = body.length, isEnding = true } = {},
): Promise<AsyncDisposable & { url: URL }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(`HTTP/1.0 200 OK\r\ncontent-length: ${declaredBytes}\r\n\r\n`);
      if (isEnding) socket.end(body);
      else socket.write(body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/pack`),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

async function readSlowly(url: URL, signal = new AbortController().signal): Promise<Buffer> {
  const response = await sendRequest({ method: "GET", url }, { signal });
  const chunks: Buffer[] = [];
  for await (const chunk of readBody(response, url, { signal })) {
    chunks.push(chunk);
    await sleep(2);
  }
  return Buffer.concat(chunks);
}

test("reads slowly what a server sends fast before it closes, every byte", async () => {
  await using site = await serveOnce(BODY);
  expect((await readSlowly(site.url)).equals(BODY)).toBe(true);
});

test("says that a body broke off, however slowly it is read", async () => {
  await using site = await serveOnce(BODY, { declaredBytes: SIZE_BYTES + 1 });
  await expect(readSlowly(site.url)).rejects.toMatchObject({
    code: "registry_failed",
    message: expect.stringMatching(/broke the connection off/) as string,
  });
});

test("is cancelled in the middle of a body, and then holds no connection", async () => {
  await using site = await serveOnce(BODY, { declaredBytes: SIZE_BYTES + 1, isEnding: false });
  await expect(readSlowly(site.url, AbortSignal.timeout(500))).rejects.toMatchObject({ code: "cancelled" });
});

test("holds no connection of a body that nobody wants", async () => {
  await using site = await serveOnce(BODY, { isEnding: false });
  const response = await sendRequest(
    { method: "GET", url: site.url },
    { signal: AbortSignal.timeout(10_000) },
  );
  await expect(response.body?.cancel()).resolves.toBeUndefined();
});

test("says that nobody listens", async () => {
  const { url } = await (async () => {
    await using site = await serveOnce(BODY);
    return { url: site.url };
  })();
  const request = sendRequest({ method: "GET", url }, { signal: AbortSignal.timeout(10_000) });
  await expect(request).rejects.toMatchObject({
    code: "registry_failed",
    message: expect.stringMatching(/ECONNREFUSED/) as string,
  });
});
