import { createHmac } from "node:crypto";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  received.push({ headers: request.headers, body: await text(request) });
  response.writeHead(204).end();
};
const receiver = createServer((request, response) => void take(request, response));
let daemon: TestDaemon;
let url: string;
beforeAll(async () => {
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  daemon = await TestDaemon.start();
});
afterAll(async () => {
  for (const { id } of await daemon.forkd.webhooks.list()) await daemon.forkd.webhooks.remove(id);
  await daemon[Symbol.asyncDispose]();
  receiver.close();
});

const typesOf = (id: string) =>
  received
    .map(({ body }) => JSON.parse(body) as { type: string; id?: string })
    .filter((event) => event.id === id)
    .map(({ type }) => type);

test("a URL is told of a sandbox's life, signed, also by the next daemon, until it is removed", async () => {
  const { id: webhook, secret } = await daemon.forkd.webhooks.create({
    url,
    events: ["sandbox"],
    allowPrivate: true,
  });
  const child = await forkOne(daemon);
  await child.kill();
  await expect.poll(() => typesOf(child.id).at(-1)).toBe("sandbox.killed");
  expect(typesOf(child.id)).toEqual(["sandbox.ready", "sandbox.killed"]);
  const [{ headers, body }] = received as [(typeof received)[0]];
  const [, at, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers["x-forkd-signature"])) ?? [];
  expect(signature).toBe(createHmac("sha256", secret).update(`${at}.${body}`).digest("hex"));

  await daemon.kill();
  await daemon.start();
  expect((await stat(join(daemon.dataDir, "webhooks.json"))).mode & 0o777).toBe(0o600);
  const next = await forkOne(daemon);
  await next.kill();
  await expect.poll(() => typesOf(next.id).at(-1)).toBe("sandbox.killed");

  await daemon.forkd.webhooks.remove(webhook);
  const last = await forkOne(daemon);
  await last.kill();
  await expect(daemon.forkd.webhooks.remove(webhook)).rejects.toMatchObject({ code: "webhook_not_found" });
  expect(typesOf(last.id)).toEqual([]);
});

test("an address that is not public is refused unless that was asked for", async () => {
  await expect(daemon.forkd.webhooks.create({ url })).rejects.toMatchObject({ code: "invalid_request" });
  const { id } = await daemon.forkd.webhooks.create({ url: url.replace("127.0.0.1", "localhost") });
  const child = await forkOne(daemon);
  await child.kill();
  const find = async () => (await daemon.forkd.webhooks.list()).find((webhook) => webhook.id === id);
  await expect.poll(async () => (await find())?.lastError).toContain("is not of the public internet");
  expect(typesOf(child.id)).toEqual([]);
});
