import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createSandboxId, webhookRequestSchema } from "@forkd/contract";
import type { WebhookRequest } from "@forkd/contract";
import { EventStream, NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import type { SenderOptions } from "./sender.ts";
import type { WebhookRecord } from "./webhook-file.ts";
import { Webhooks } from "./webhooks.ts";

const OPTIONS = { signal: NEVER };
const KILLED = { type: "sandbox.killed", id: createSandboxId() } as const;
const QUICK = { pausesMs: [1, 1] };

/** A server that answers each request with the next status, the last for all that follow, and what it was sent. */
async function listen(...statuses: number[]) {
  return await listenWith(100, ...statuses);
}

/** The same, with answers of such a length. */
async function listenWith(bodyBytes: number, ...statuses: number[]) {
  const received: { path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    received.push({ path: request.url ?? "", headers: request.headers, body: await text(request) });
    const status = statuses[Math.min(received.length, statuses.length) - 1]!;
    if (status === 0) return;
    response.writeHead(status, { location: "/elsewhere" }).end("x".repeat(bodyBytes));
  };
  // An idle connection is for its client to close.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void answer(request, response));
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => server.close().closeAllConnections();
  return { server, sockets, port, received, url: `http://127.0.0.1:${port}/hook`, [Symbol.dispose]: close };
}

/** Webhooks over a list that stands for their file. */
async function open(timing: Partial<SenderOptions> = QUICK) {
  const events = new EventStream();
  let kept: readonly WebhookRecord[] = [];
  const store = { read: async () => [...kept], write: async (all: typeof kept) => void (kept = all) };
  const webhooks = await Webhooks.open(store, events, timing);
  const create = (request: Partial<WebhookRequest> & { url: string }) =>
    webhooks.create({ events: [], allow_private: true, ...request }, OPTIONS);
  return { events, store, webhooks, create, [Symbol.dispose]: () => webhooks[Symbol.dispose]() };
}

test("an event is sent as it is, signed with its time", async () => {
  using server = await listen(204);
  using hooks = await open();
  const { secret } = await hooks.create({ url: server.url });
  hooks.events.emit(KILLED);
  await expect.poll(() => hooks.webhooks.list()[0]?.delivered).toBe(1);
  const [{ headers, body, path }] = server.received as [(typeof server.received)[0]];
  expect(path).toBe("/hook");
  expect(JSON.parse(body)).toMatchObject(KILLED);
  const [, at, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-forkd-signature"])) ?? [];
  expect(signature).toBe(createHmac("sha256", secret).update(`${at}.${body}`).digest("hex"));
  expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
  expect(headers).toMatchObject({
    "x-forkd-event": "sandbox.killed",
    "x-forkd-delivery": hooks.events.cursor,
  });
  expect(JSON.stringify(hooks.webhooks.list())).not.toContain(secret);
});

test("events go on one connection, also behind one that was not taken, until the webhook ends", async () => {
  using server = await listen(200, 500, 200);
  using hooks = await open();
  await hooks.create({ url: server.url });
  for (let sent = 1; sent <= 4; sent += 1) {
    hooks.events.emit(KILLED);
    await expect.poll(() => hooks.webhooks.list()[0]?.delivered).toBe(sent);
  }
  expect(server.received).toHaveLength(5);
  expect(server.sockets).toHaveLength(1);
  hooks.webhooks[Symbol.dispose]();
  // Long before it would be closed because nothing is sent on it.
  await expect.poll(() => server.sockets[0]?.closed, { timeout: 10_000 }).toBe(true);
});

test("a connection that the receiver has closed, or whose answer does not end, is not used again", async () => {
  using closing = await listen(200);
  using endless = await listenWith(1_000_000, 200);
  using hooks = await open({ pausesMs: [] });
  await hooks.create({ url: closing.url });
  await hooks.create({ url: endless.url });
  for (let sent = 1; sent <= 3; sent += 1) {
    hooks.events.emit(KILLED);
    const counts = (): unknown => hooks.webhooks.list().map(({ delivered, failed }) => [delivered, failed]);
    await expect.poll(counts).toEqual([
      [sent, 0],
      [sent, 0],
    ]);
    closing.server.closeIdleConnections();
  }
  expect(closing.sockets).toHaveLength(3);
  expect(endless.sockets).toHaveLength(3);
});

test("what is not taken is tried again, and given up then; those behind it wait", async () => {
  using server = await listen(500, 302, 200, 500);
  using hooks = await open();
  await hooks.create({ url: server.url });
  hooks.events.emit(KILLED);
  hooks.events.emit({ type: "token.revoked", name: "ci" });
  await expect.poll(() => hooks.webhooks.list()[0]).toMatchObject({ delivered: 1, failed: 1, waiting: 0 });
  expect(server.received.map(({ headers }) => headers["x-forkd-event"])).toEqual([
    ...Array.from({ length: 3 }, () => "sandbox.killed"),
    ...Array.from({ length: 3 }, () => "token.revoked"),
  ]);
  expect(server.received.every(({ path }) => path === "/hook")).toBe(true);
  expect(hooks.webhooks.list()[0]?.last_error).toContain("500");
});

test("who does not answer is not waited for", async () => {
  using server = await listen(0);
  using hooks = await open({ pausesMs: [], answerMs: 50 });
  await hooks.create({ url: server.url });
  hooks.events.emit(KILLED);
  await expect.poll(() => hooks.webhooks.list()[0]?.failed).toBe(1);
  expect(hooks.webhooks.list()[0]?.last_error).toContain("no answer within 50 ms");
});

test("more events than there is room for are dropped, and counted", async () => {
  using server = await listen(0);
  using hooks = await open({ waitingMax: 2 });
  await hooks.create({ url: server.url });
  for (let i = 0; i < 5; i++) hooks.events.emit(KILLED);
  expect(hooks.webhooks.list()[0]).toMatchObject({ waiting: 2, dropped: 3 });
});

test.each(["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])(
  "%s is refused as it is asked for, unless private addresses are too",
  async (host) => {
    using hooks = await open();
    const url = webhookRequestSchema.parse({ url: `http://${host}:8080/` }).url;
    await expect(hooks.create({ url, allow_private: false })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("is not of the public internet") as string,
    });
    expect(hooks.webhooks.list()).toEqual([]);
  },
);

test("a name is refused that leads to an address which is not public", async () => {
  using server = await listen(200);
  using hooks = await open({ pausesMs: [] });
  await hooks.create({ url: `http://localhost:${server.port}/`, allow_private: false });
  hooks.events.emit(KILLED);
  await expect.poll(() => hooks.webhooks.list()[0]?.failed).toBe(1);
  expect(hooks.webhooks.list()[0]?.last_error).toContain("not of the public internet");
  expect(server.received).toEqual([]);
});

test.each([
  { status: 422, tries: 1 },
  { status: 429, tries: 3 },
])("what is answered with $status is tried $tries times", async ({ status, tries }) => {
  using server = await listen(status);
  using hooks = await open();
  await hooks.create({ url: server.url });
  hooks.events.emit(KILLED);
  await expect.poll(() => hooks.webhooks.list()[0]?.failed).toBe(1);
  expect(server.received).toHaveLength(tries);
});

test("a host that is down is told with its addresses", async () => {
  using hooks = await open({ pausesMs: [] });
  await hooks.create({ url: "http://localhost:1/" });
  hooks.events.emit(KILLED);
  await expect.poll(() => hooks.webhooks.list()[0]?.last_error).toContain("ECONNREFUSED");
});

test("only the kinds that were asked for are sent, and no progress of jobs unless it was", async () => {
  using server = await listen(200);
  using hooks = await open();
  await hooks.create({ url: server.url, events: ["token"] });
  await hooks.create({ url: `${server.url}/all` });
  hooks.events.emit({ type: "job.progress", job: {} as never });
  hooks.events.emit(KILLED);
  hooks.events.emit({ type: "token.revoked", name: "ci" });
  await expect.poll(() => server.received.length).toBe(3);
  const kinds = server.received
    .map(({ path, headers }) => [path, headers["x-forkd-event"]].join(" "))
    .toSorted();
  expect(kinds).toEqual(["/hook token.revoked", "/hook/all sandbox.killed", "/hook/all token.revoked"]);
});

test("the next daemon goes on with them, and none that was removed", async () => {
  using server = await listen(200);
  using hooks = await open();
  const { id } = await hooks.create({ url: `${server.url}/gone` });
  await hooks.create({ url: server.url });
  await hooks.webhooks.remove(id, OPTIONS);
  await expect(hooks.webhooks.remove(id, OPTIONS)).rejects.toMatchObject({ code: "webhook_not_found" });
  hooks.webhooks[Symbol.dispose]();
  using _next = await Webhooks.open(hooks.store, hooks.events, QUICK);
  hooks.events.emit(KILLED);
  await expect.poll(() => server.received.map(({ path }) => path)).toEqual(["/hook"]);
});
