import type { Duplex } from "node:stream";

const PROBE_INTERVAL_MS = 250;
const NOTHING = Buffer.alloc(0);

/**
 * Ends a connection whose caller is gone, looking at intervals until disposal. A caller that sends no more may still wait
 * for its answer: shutdown(2). A unix socket tells one that is gone apart only when it is written to, were it nothing:
 * EPIPE then ends the connection.
 */
export function probeCaller(socket: Duplex): Disposable {
  const probe = (): void => {
    if (socket.writable && socket.writableLength === 0) socket.write(NOTHING);
  };
  probe();
  const timer = setInterval(probe, PROBE_INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The same for a connection that is read, so that its end is heard but while it is paused and behind what it said last. */
export function probeUnread(socket: Duplex): void {
  let probing: Disposable | undefined;
  const start = (): void => {
    probing ??= probeCaller(socket);
  };
  const stop = (): void => {
    probing?.[Symbol.dispose]();
    probing = undefined;
  };
  socket.on("pause", start).on("end", start).on("close", stop);
  socket.on("resume", () => {
    if (!socket.readableEnded) stop();
  });
}
