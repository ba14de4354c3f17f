import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Forkd } from "@forkd/sdk";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";
import { ID, sandboxReply } from "../../test/replies.ts";
import { Session } from "../session.ts";
import { serveOverHttp } from "./http.ts";

const TOKEN = "0123456789abcdef";

/** A server of ours on a free port, for a daemon at an address. */
async function serve(baseUrl: string) {
  const session = new Session(new Forkd({ baseUrl, startDaemon: false }), "keep");
  const ending = new AbortController();
  const { promise: url, resolve: onListening } = Promise.withResolvers<string>();
  const { signal } = ending;
  const served = serveOverHttp(session, { host: "127.0.0.1", port: 0, token: TOKEN, signal, onListening });
  return {
    url: await url,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await served;
      await session[Symbol.asyncDispose]();
    },
  };
}

test.each([["newer clients", "auto"] as const, ["older clients", "legacy"] as const])(
  "%s list and call tools, with the token",
  async (_, mode) => {
    await using daemon = await serveHttp("unix", (_, response) => answerJson(response, 200, sandboxReply()));
    await using server = await serve(daemon.url);
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
    expect((await client.listTools()).tools.length).toBeGreaterThan(10);
    const result = await client.callTool({ name: "get_sandbox", arguments: { id: ID } });
    expect(result.structuredContent).toEqual(sandboxReply());
    await client.close();
  },
);

test.each([
  ["/mcp", {}, 401],
  ["/mcp", { authorization: "Bearer 0123456789abcdeg" }, 401],
  ["/mcp", { authorization: `Basic ${TOKEN}` }, 401],
  ["/other", { authorization: `Bearer ${TOKEN}` }, 404],
  ["/mcp", { authorization: `Bearer ${TOKEN}`, origin: "http://evil.example" }, 403],
])("%s with %j is refused with %i", async (path, headers: Record<string, string>, status) => {
  await using server = await serve("unix:/nowhere/forkd.sock");
  const response = await fetch(new URL(path, server.url), { method: "POST", headers, body: "{}" });
  expect(response.status).toBe(status);
});

test.each([
  ["TRACE", { host: "localhost" }],
  ["GET", { host: "a b" }],
  ["GET", { host: "localhost:99999" }],
])("%s with %j is refused, and the server goes on", async (method, headers) => {
  await using server = await serve("unix:/nowhere/forkd.sock");
  const authorization = `Bearer ${TOKEN}`;
  const outgoing = request(server.url, { method, headers: { ...headers, authorization } }).end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  expect(response.resume().statusCode).toBe(400);
  expect((await fetch(server.url)).status).toBe(401);
});

test("a client that goes away ends what it asked for", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  await using daemon = await serveHttp("unix", (_, response) => {
    response.on("close", resolve);
    begin();
  });
  await using server = await serve(daemon.url);
  const call = { name: "exec_command", arguments: { id: ID, args: ["sleep", "60"] } };
  const outgoing = request(server.url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
  });
  outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }));
  // It hangs up itself.
  outgoing.on("error", () => {});
  await begun;
  outgoing.destroy();
  await expect(gone).resolves.toBeUndefined();
});
