import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Session, serveOverHttp } from "@forkd/mcp";
import { Forkd } from "@forkd/sdk";
import { TestDaemon } from "../harness/test-daemon.ts";
import { NOT_OURS } from "./mcp-not-ours.ts";
import { installFromNpm } from "./from-npm.ts";

const TOKEN = "0123456789abcdef";
/** What any server is asked, and ours can be. */
const OURS = ["server-initialize", "ping", "tools-list", "resources-list", "dns-rebinding-protection"];
const TIMEOUT_MS = 120_000;

const run = promisify(execFile);
const suite = await installFromNpm("@modelcontextprotocol/conformance", "0.1.16");

/** A server of ours for a daemon. */
async function serveMcp(baseUrl: string, stack: AsyncDisposableStack): Promise<string> {
  const session = stack.use(new Session(new Forkd({ baseUrl }), "keep"));
  const ending = new AbortController();
  const { signal } = ending;
  const { promise: url, resolve: onListening } = Promise.withResolvers<string>();
  const served = serveOverHttp(session, { host: "127.0.0.1", port: 0, token: TOKEN, signal, onListening });
  stack.defer(async () => {
    ending.abort();
    await served;
  });
  return await url;
}

/** Passes requests on with the token, which the suite cannot bring, and with all else as it was sent. */
async function addToken(url: string, stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((incoming, response) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${TOKEN}` };
    const outgoing = request(url, { method: incoming.method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

test.skipIf(suite === undefined)(
  "the protocol's own suite passes as far as it asks what ours is (left out where npm cannot get it)",
  async () => {
    await using stack = new AsyncDisposableStack();
    const place = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-conformance-")));
    const daemon = stack.use(await TestDaemon.start());
    const url = await addToken(await serveMcp(daemon.forkd.baseUrl, stack), stack);
    const expected = join(place.path, "expected.yml");
    const names = Object.keys(NOT_OURS).map((name) => `  - ${name}\n`);
    await writeFile(expected, `server:\n${names.join("")}`);
    const args = ["server", "--url", url, "--suite", "all", "--expected-failures", expected];
    // It fails when one fails that is expected to pass, and the other way round.
    const told = await run(process.execPath, [join(suite!, "dist/index.js"), ...args], {
      cwd: place.path,
      timeout: TIMEOUT_MS,
    }).catch(({ stdout }: { stdout: string }) => ({
      stdout: `failed\n${stdout}`,
    }));
    expect(told.stdout).not.toMatch(/^failed/);
    for (const name of OURS)
      expect(told.stdout).toMatch(new RegExp(`^✓ ${name}: [1-9]\\d* passed, 0 failed$`, "m"));
  },
  TIMEOUT_MS,
);
