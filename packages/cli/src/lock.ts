import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/**
 * The right to do something with a path, such as to start the daemon of a socket; undefined while another process has it.
 * It is an abstract unix socket: the kernel frees the name when its holder ends, however it ends, so there is nothing stale
 * to clean up (unix(7)).
 */
export async function tryLock(path: string): Promise<AsyncDisposable | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => waiting.delete(socket));
  });
  server.listen(lockName(path));
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

/** Waits until the holder of the lock lets go of it: its end closes our connection. Throws the reason of the signal. */
export async function waitForRelease(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = connect(lockName(path));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", giveUp, { once: true });
  // An error is the end of the wait too, since the holder has gone; `once` of node:events would reject with it.
  socket.on("error", () => {}).on("close", () => resolve());
  socket.resume();
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", giveUp);
    socket.destroy();
  }
}

/** Waits for the right, and takes it. */
export async function waitForLock(path: string, signal: AbortSignal): Promise<AsyncDisposable> {
  for (;;) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    await waitForRelease(path, signal);
  }
}

function lockName(path: string): string {
  return `\0forkd:${path}`.slice(0, 100);
}
