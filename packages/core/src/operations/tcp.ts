import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { PortInfo, SandboxId } from "@forkd/contract";
import { describePort } from "../model/port-view.ts";
import type { Asked } from "./caller.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}
interface OnePort extends OneSandbox {
  readonly port: number;
}

/** TCP ports inside of a guest. */
export function createTcpOperations(ports: OperationPorts) {
  return {
    async listPorts(...[caller, { id }, options]: Asked<OneSandbox>): Promise<PortInfo[]> {
      const sandbox = await findAwake(ports, caller, id, options);
      const listeners = await sandbox.ask((agent) => agent.listListeners(options), options);
      const { published = [] } = ports.registry.look(id).record;
      return listeners.map((listener) => describePort(listener, published));
    },

    /** Settles when something listens there. Throws `port_timeout`. */
    async waitForPort(
      ...[caller, { id, port, seconds }, options]: Asked<OnePort & { readonly seconds: number }>
    ): Promise<void> {
      const sandbox = await findAwake(ports, caller, id, options);
      const patience = AbortSignal.timeout(Math.ceil(seconds * 1000));
      const bounded = { signal: AbortSignal.any([options.signal, patience]) };
      try {
        await sandbox.ask((agent) => agent.waitForPort(port, bounded), bounded);
      } catch (error) {
        if (!patience.aborted || options.signal.aborted) throw error;
        throw new ForkdError("port_timeout", { port, seconds }, { cause: error });
      }
    },

    /** A connection to a port, which counts as use of its sandbox while it is open. Throws `port_refused` and others. */
    async connectToPort(...[caller, { id, port }, options]: Asked<OnePort>): Promise<Duplex> {
      const sandbox = await findAwake(ports, caller, id, options);
      return sandbox.connectToPort(port, options);
    },
  };
}
