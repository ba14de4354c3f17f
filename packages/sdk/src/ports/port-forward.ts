import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { joinStreams } from "./join-streams.ts";

/** Where a forward listens, and who is told of what fails. */
export interface ForwardOptions {
  /** Default: `127.0.0.1`, which is for this machine alone. */
  readonly host?: string | undefined;
  /** Default: 0, any that is free. */
  readonly port?: number | undefined;
  /** Told why a connection that was taken here could not be made in the guest; it is then broken off. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * A listener of this process whose connections lead to a port of a guest, each by a tunnel of its own. Disposal ends
 * it and its connections.
 */
export class PortForward implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  /** Rejects as the listener does, with `EADDRINUSE` say. `connect` is given up when whom it is for has gone. */
  static async open(
    connect: (options: { signal: AbortSignal }) => Promise<Duplex>,
    options: ForwardOptions,
  ): Promise<PortForward> {
    const { host = "127.0.0.1", port = 0, onError = () => {} } = options;
    // Node takes no name for every interface.
    if (host === "") throw new TypeError("host is empty: name an address to listen on");
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      const gone = new AbortController();
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        gone.abort();
      });
      socket.on("error", () => socket.destroy());
      connect({ signal: gone.signal }).then(
        (tunnel) => joinStreams(socket, tunnel),
        (error: unknown) => {
          if (socket.destroyed) return;
          socket.resetAndDestroy();
          onError(error);
        },
      );
    });
    server.listen(port, host);
    await once(server, "listening");
    return new PortForward(server, sockets);
  }

  private constructor(server: Server, sockets: ReadonlySet<Socket>) {
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** `127.0.0.1:8080`, as a client is told. */
  get address(): string {
    return this.host.includes(":") ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
