import { ForkdError, ROUTES } from "@forkd/contract";
import type { Operation } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { InjectOptions } from "fastify";
import { pino } from "pino";
import { expect, test } from "vitest";
import type { Handlers } from "./handler.ts";
import { noteCaller } from "./requests/callers.ts";
import { createServer } from "./server.ts";

/** A server of which one operation does `work` for `caller`, and what it logs. */
function serve(operation: Operation, work: () => Promise<unknown>, caller = LOCAL_USER) {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const handlers = Object.fromEntries(Object.keys(ROUTES).map((name) => [name, work])) as unknown as Handlers;
  const { method, path } = ROUTES[operation];
  const server = createServer(handlers, () => ({}), log);
  server.addHook("onRequest", async ({ raw }) => noteCaller(raw, caller));
  return { lines, ask: (more: InjectOptions = {}) => server.inject({ method, url: path, ...more }) };
}

test("answers with what failed first, and logs what failed in undoing it", async () => {
  const { ask, lines } = serve("listSnapshots", async () => {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Promise.reject(new Error("the directory is busy")));
    throw new ForkdError("image_not_found", { image: "py", known: [] });
  });
  const reply = await ask();
  expect(reply.statusCode).toBe(404);
  expect(reply.json()).toMatchObject({ code: "image_not_found", error: "there is no image py" });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { msg: "request.cleanup_failed", err: { message: "the directory is busy" } },
  ]);
});

test.each(["an abort", undefined, 7])(
  "ends a stream of progress with an error, whatever was thrown: %s",
  async (thrown) => {
    const cause = thrown === "an abort" ? AbortSignal.abort().reason : thrown;
    const { ask } = serve("pullSnapshot", () => Promise.reject(cause));
    const headers = { accept: "application/x-ndjson", "content-type": "application/json" };
    const reply = await ask({ headers, payload: { source: "owner/name" } });
    expect(JSON.parse(reply.payload)).toMatchObject({ type: "error", error: { code: "internal" } });
  },
);

test("tells in a header where the next page begins, and nothing on the last", async () => {
  const items = [{ id: "sb_1" }];
  const first = serve("listSandboxes", async () => ({ items, nextCursor: "WzFd" }));
  const reply = await first.ask({ query: { limit: "1" } });
  expect(reply.json()).toEqual(items);
  expect(reply.headers).toMatchObject({ "x-next-cursor": "WzFd" });
  const last = serve("listSandboxes", async () => ({ items, nextCursor: null }));
  expect((await last.ask()).headers).not.toHaveProperty("x-next-cursor");
});

test.each([
  "limit=0",
  "limit=1001",
  "limit=1.5",
  "limit=x",
  "limit=",
  "cursor=",
  "cursor=%2F",
  "limit=1&limit=2",
])("refuses a page of %s", async (query) => {
  const { ask } = serve("listSnapshots", () => Promise.reject(new Error("it was asked for")));
  expect((await ask({ url: `/v1/snapshots?${query}` })).statusCode).toBe(400);
});

test.each([undefined, "null", "{}"])("refuses a change that asks for nothing: %s", async (payload) => {
  const { ask } = serve("updateSandbox", () => Promise.reject(new Error("it was asked for")));
  const headers = { "content-type": "application/json" };
  const reply = await ask({ url: "/v1/sandboxes/web", headers, ...(payload && { payload }) });
  expect(reply.statusCode).toBe(400);
  expect(reply.json()).toMatchObject({
    error: expect.stringContaining("there is nothing to change") as string,
  });
});

test.each([
  ["listSandboxes", "none", 401, "unauthenticated"],
  ["health", "none", 200, ""],
  ["listSandboxes", "read", 200, ""],
  ["createSandboxes", "read", 403, "not_permitted"],
  ["createSandboxes", "use", 400, "invalid_request"],
  ["stop", "use", 403, "not_permitted"],
  ["stop", "admin", 200, ""],
  ["listTokens", "use", 403, "not_permitted"],
] as const)("answers %s to a caller of scope %s with %i", async (operation, scope, status, code) => {
  const { ask } = serve(operation, async () => ({ items: [], nextCursor: null }), { name: "someone", scope });
  const reply = await ask();
  expect(reply.statusCode).toBe(status);
  expect(reply.payload).toContain(code);
});

test("a request with an Idempotency-Key is done once, in whatever form its answer is asked for", async () => {
  let count = 0;
  const { ask } = serve("createWorkspace", async () => ({ id: `${(count += 1)}` }));
  const post = (name: string, headers: object = {}) =>
    ask({
      payload: { name, snapshot_tag: "py" },
      headers: { "content-type": "application/json", "idempotency-key": "k", ...headers },
    });
  expect((await post("web")).json()).toEqual({ id: "1" });
  expect((await post("web")).json()).toEqual({ id: "1" });
  const lines = await post("web", { accept: "application/x-ndjson" });
  expect(JSON.parse(lines.payload)).toEqual({ type: "result", result: { id: "1" } });
  const other = await post("db");
  expect(other.statusCode).toBe(422);
  expect(other.json()).toMatchObject({ code: "idempotency_key_reused", details: { key: "k" } });
  expect((await post("db", { "idempotency-key": "two words" })).statusCode).toBe(400);
  expect((await post("web", { "idempotency-key": "other" })).json()).toEqual({ id: "2" });
});

test("what is signed needs no token, and nothing else is taken for signed", async () => {
  const nobody = { name: "anonymous", scope: "none" } as const;
  const { ask } = serve("listSandboxes", () => Promise.reject(new Error("it was asked for")), nobody);
  expect((await ask({ url: "/v1/sandboxes?signature=v1_x" })).statusCode).toBe(401);
  const file = "/v1/sandboxes/web/files?path=/x";
  expect((await ask({ url: file })).statusCode).toBe(401);
  expect((await ask({ url: `${file}&signature=v1_x` })).statusCode).toBe(500);
});
