import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";

/** A daemon that gives tunnels and a stream of no events, on a unix socket or on TCP. */
export interface TunnelFixture extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  /** How often the events were asked for. */
  readonly followers: number;
}

/** What a daemon answers that gives none. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** Each tunnel is served by a test, or refused. A unix socket may be where another one was. */
export async function serveTunnels(
  serve: Refusal | ((tunnel: Duplex) => void),
  kind: "unix" | "tcp" | { readonly socketPath: string } = "unix",
): Promise<TunnelFixture> {
  const directory = await mkdtemp(join(tmpdir(), "forkd-tunnel-"));
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  let followers = 0;
  const server = createServer(({ url }, response) => {
    response.writeHead(200);
    if (url?.startsWith("/v1/events") !== true) return void response.end("{}");
    followers += 1;
    response.flushHeaders();
  });
  server.on("upgrade", ({ url = "", headers }, socket, early) => {
    asked.push(url);
    sockets.add(socket);
    socket.on("error", () => {});
    if (typeof serve !== "function") {
      const body = JSON.stringify(serve.body);
      socket.end(
        `HTTP/1.1 ${serve.status} No\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    socket.write(`HTTP/1.1 101 Yes\r\nconnection: Upgrade\r\nupgrade: ${headers.upgrade}\r\n\r\n`);
    socket.unshift(early);
    serve(socket);
  });
  const path = typeof kind === "object" ? kind.socketPath : join(directory, "daemon.sock");
  server.listen(kind === "tcp" ? { host: "127.0.0.1", port: 0 } : path);
  await once(server, "listening");
  return {
    url: kind === "tcp" ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix:${path}`,
    asked,
    get followers() {
      return followers;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await rm(directory, { recursive: true });
    },
  };
}
