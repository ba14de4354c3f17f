import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerOptions, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A real HTTP server that answers as a test says, on a unix socket or on TCP. */
export interface HttpFixture extends AsyncDisposable {
  readonly url: string;
  /** How many connections were opened. */
  readonly connections: number;
}

export async function serveHttp(
  kind: "unix" | "tcp",
  handler: Handler,
  options: ServerOptions = {},
): Promise<HttpFixture> {
  const dir = await mkdtemp(join(tmpdir(), "forkd-sdk-"));
  let connections = 0;
  const server = createServer(options, (request, response) => {
    void handler(request, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  const socketPath = join(dir, "fixture.sock");
  server.listen(kind === "unix" ? socketPath : { host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return {
    url:
      kind === "unix" ? `unix:${socketPath}` : `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await rm(dir, { recursive: true });
    },
  };
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function answerLines(response: ServerResponse, lines: readonly unknown[]): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const line of lines) response.write(`${JSON.stringify(line)}\n`);
  response.end();
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
