import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Carries bytes both ways, as fast as they are taken. Each way ends by itself; when one end is gone before both have
 * ended, so is the other.
 */
export function joinStreams(one: Duplex, other: Duplex): void {
  carry(one, other);
  carry(other, one);
}

function carry(from: Duplex, to: Duplex): void {
  // Its `close` has been, and comes no more.
  if (from.destroyed) return breakOff(to);
  from.pipe(to);
  from.on("error", () => breakOff(to));
  from.on("close", () => {
    if (!from.readableEnded || !from.writableEnded) breakOff(to);
  });
}

/** TCP tells one that breaks from one that ends, unless it has ended already; a unix socket never does. */
function breakOff(stream: Duplex): void {
  const canReset = stream instanceof Socket && stream.remotePort !== undefined && !stream.writableEnded;
  if (canReset) stream.resetAndDestroy();
  else stream.destroy();
}
