import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { followSocket } from "../faces/gateway/follow-socket.ts";
import { join } from "../faces/gateway/join.ts";

const LOOPBACK = "127.0.0.1";

/** A port of the host's loopback whose connections go on elsewhere. Disposal ends them. */
export interface PortListener extends AsyncDisposable {
  readonly hostPort: number;
}

/** Port 0 is any that is free. A connection is broken off that `connect` throws for. Throws `port_taken`. */
export async function openListener(
  port: number,
  connect: (options: CallOptions) => Promise<Duplex>,
): Promise<PortListener> {
  const sockets = new Set<Duplex>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connect({ signal: followSocket(socket, sockets) }).then(
      (tunnel) => join(socket, tunnel),
      () => socket.resetAndDestroy(),
    );
  });
  server.listen(port, LOOPBACK);
  await once(server, "listening").catch((cause: unknown) => {
    throw new ForkdError("port_taken", { port, why: reasonOf(cause) }, { cause });
  });
  return {
    hostPort: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
