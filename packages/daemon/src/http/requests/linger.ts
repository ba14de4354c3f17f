import type { Duplex } from "node:stream";

/** How long a caller that is told what was wrong may go on sending: a socket that is closed before takes the answer along. */
const LINGER_MS = 2000;

/** Ends a connection whose last answer is written, and takes what the caller still says, so that its end is heard. */
export function endAfterAnswer(socket: Duplex): void {
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
