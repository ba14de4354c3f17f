import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ForkdError } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { Caller } from "@forkd/core";
import { createHttpServer } from "../src/http/http-server.ts";
import { answerMalformedRequests } from "../src/http/requests/malformed-requests.ts";
import { callerOf } from "../src/http/requests/callers.ts";
import { requireScope } from "../src/http/requests/require-scope.ts";
import { pino } from "pino";
import { createGateway } from "../src/faces/gateway/gateway.ts";

/** Closes a server with all of its connections. */
function closing(server: Server): AsyncDisposable {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** What the daemon serves itself, in every sandbox. */
export const INNER_PORT = 49_983;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A daemon whose only sandbox is this host, where `program` listens, and who may ask it by TCP. */
export async function serve(program: (socket: Socket) => void, byTcp: Caller = LOCAL_USER) {
  await using stack = new AsyncDisposableStack();
  const guest = createServer({ allowHalfOpen: true }, program).listen(0, "127.0.0.1");
  stack.use(closing(guest));
  await once(guest, "listening");
  const asked: unknown[] = [];
  const log = pino({ level: "silent" });
  const tunnels: Socket[] = [];
  const gateway = createGateway(
    {
      async connectToPort(_caller, { id, port }) {
        asked.push({ id, port });
        if (id === "none") throw new ForkdError("sandbox_not_found", { id });
        const tunnel = connect({ port: portOf(guest), host: "127.0.0.1", allowHalfOpen: true });
        tunnels.push(tunnel);
        await once(tunnel, "connect");
        return tunnel;
      },
    },
    {
      domain: "localhost",
      innerPorts: new Map([[INNER_PORT, { serve: async (_, response) => void response.end("inner") }]]),
      log,
      admit: async (request) => requireScope(callerOf(request), "use"),
    },
  );
  stack.use(gateway);
  const api = createHttpServer({
    handle: (_request, response) => void response.end("the API"),
    gateway,
    log,
    admit: ({ socket }) => (socket.remoteAddress === undefined ? LOCAL_USER : byTcp),
  });
  answerMalformedRequests(api);
  const directory = stack.adopt(await mkdtemp(join(tmpdir(), "forkd-gateway-")), (path) =>
    rm(path, { recursive: true }),
  );
  const socketPath = join(directory, "api.sock");
  api.listen(socketPath);
  stack.use(closing(api));
  await once(api, "listening");
  const tcp = createServer((socket) => void api.emit("connection", socket)).listen(0, "127.0.0.1");
  stack.use(closing(tcp));
  await once(tcp, "listening");
  const cleanUp = stack.move();
  return {
    asked,
    tunnels,
    socketPath,
    /** The same by TCP. */
    address: { host: "127.0.0.1", port: portOf(tcp) },
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

export type Served = Awaited<ReturnType<typeof serve>>;

/** Answers each connection with the same bytes, once it has heard the head of a request, and notes what it heard. */
export function answering(answer: string, heard: string[] = []): (socket: Socket) => void {
  return (socket) => {
    let all = "";
    socket.on("data", (data) => {
      if (all === "") socket.end(answer, "latin1");
      all += data.toString("latin1");
      heard[0] = all;
    });
  };
}

export async function ask(
  { socketPath }: Served,
  options: RequestOptions,
  body = "",
): Promise<IncomingMessage> {
  const [answer] = (await once(httpRequest({ socketPath, ...options }).end(body), "response")) as [
    IncomingMessage,
  ];
  return answer;
}

/** Says some bytes to the daemon and gives all that it answers. */
export async function say({ socketPath }: Served, bytes: string): Promise<string> {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  socket.end(bytes, "latin1");
  return await text(socket);
}

/** A host name that leads to a program of the guest. */
export const HOST = "80-web.localhost";
/** What a simple one answers. */
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
