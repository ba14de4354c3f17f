import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@forkd/contract";
import { pino } from "pino";
import { createServer } from "../src/http/server.ts";
import type { Watch } from "../src/http/requests/watch-answer.ts";
import type { AnyCall, Handlers } from "../src/http/handler.ts";

export type Work = (call: AnyCall) => Promise<unknown>;

/** The API on a unix socket, each of whose operations does `work`, and the lines that it logs. */
export async function serveApi(work: Work = async () => ({}), watch?: Watch) {
  await using stack = new AsyncDisposableStack();
  const { path: directory } = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-http-")));
  const handlers = Object.fromEntries(Object.keys(ROUTES).map((name) => [name, work])) as unknown as Handlers;
  const lines: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
  const server = createServer(handlers, () => ({}), log, { watch });
  stack.defer(() => server.close());
  const socketPath = join(directory, "s");
  await server.listen({ path: socketPath });
  const resources = stack.move();
  return { socketPath, lines, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The answer to one request, on a connection of its own. */
export async function askApi(
  socketPath: string,
  options: RequestOptions,
  body = "",
): Promise<IncomingMessage> {
  const outgoing = httpRequest({ socketPath, agent: false, ...options });
  const [answer] = (await once(outgoing.end(body), "response")) as [IncomingMessage];
  return answer;
}

/** All that comes back for these bytes, of a caller that then sends no more. */
export async function say(socketPath: string, bytes: string | Buffer): Promise<string> {
  const socket = connect(socketPath);
  socket.end(bytes);
  return readAll(socket);
}

export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
