import { finished } from "node:stream";
import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";

/** How many may be open at once: what each holds of the guest's memory and ours is bounded, and so is all of it. */
const MAX_TUNNELS = 1024;

/** The connections to ports of one guest, counted while they are open. */
export class Tunnels {
  #open = 0;

  /** Throws `too_many_connections`, and what `connect` throws. */
  async open(connect: () => Promise<Duplex>): Promise<Duplex> {
    if (this.#open >= MAX_TUNNELS) throw new ForkdError("too_many_connections", { limit: MAX_TUNNELS });
    this.#open += 1;
    const leave = (): void => void (this.#open -= 1);
    try {
      const tunnel = await connect();
      finished(tunnel, leave);
      return tunnel;
    } catch (error) {
      leave();
      throw error;
    }
  }
}
