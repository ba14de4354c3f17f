import { once } from "node:events";
import type { Socket } from "node:net";

/** Settles when a socket has closed, also where it had closed before: its event comes once. Never rejects. */
export async function whenClosed(socket: Socket): Promise<void> {
  while (!socket.closed) await once(socket, "close").catch(() => {});
}
