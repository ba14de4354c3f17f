import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";

/** Connects to a unix socket. Throws `agent_unreachable`, `cancelled`. */
export async function connectUnix(path: string, { signal }: CallOptions): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) {
      throw new ForkdError("cancelled", { stage: `connecting to ${path}` }, { cause: error });
    }
    throw new ForkdError("agent_unreachable", { why: (error as Error).message }, { cause: error });
  }
}
