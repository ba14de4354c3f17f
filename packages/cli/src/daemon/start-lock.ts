import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/**
 * The right to start the daemon of one socket. It is an abstract unix socket: the kernel frees the name when its
 * holder ends, however it ends, so there is nothing stale to clean up (unix(7)).
 */
export async function takeStartLock(socketPath: string): Promise<AsyncDisposable | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => waiting.delete(socket));
  });
  server.listen(lockName(socketPath));
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Waits until the holder of the lock lets go of it: its end closes our connection. */
export async function waitForStartLock(socketPath: string, signal: AbortSignal): Promise<void> {
  const socket = connect(lockName(socketPath));
  // An error is the end of the wait too: the holder has gone.
  socket.on("error", () => socket.destroy());
  socket.resume();
  try {
    await once(socket, "close", { signal });
  } finally {
    socket.destroy();
  }
}

function lockName(socketPath: string): string {
  return `\0forkd-start:${socketPath}`.slice(0, 100);
}
