import type { Duplex } from "node:stream";

/** Has a connection in `open` until it is gone, and gives a signal of that. One that breaks is gone. */
export function followSocket(socket: Duplex, open: Set<Duplex>): AbortSignal {
  const gone = new AbortController();
  open.add(socket);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    open.delete(socket);
    gone.abort();
  });
  return gone.signal;
}
