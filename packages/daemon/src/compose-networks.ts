import { ForkdError } from "@forkd/contract";
import type { NetworkLease, Networks } from "@forkd/core";
import { NetnsNetworks } from "@forkd/host";

/** How many namespaces are kept ready, once one was asked for. */
const POOL_SIZE = 8;

/** The networks of this daemon's machines. Disposal removes those that no machine has. */
export interface DaemonNetworks extends Networks, AsyncDisposable {
  /** Removes what an earlier daemon left, but for these machines'. */
  removeStale(keep: ReadonlySet<string>): Promise<void>;
}

export function composeNetworks(dataDir: string, onError: (error: unknown) => void): DaemonNetworks {
  const netns = new NetnsNetworks({ dataDir, poolSize: POOL_SIZE, onError });
  return {
    lease: async (order, options): Promise<NetworkLease> => {
      if (order.mode === "netns") return await netns.lease(order, options);
      const why = `there is none of the kind ${order.mode}`;
      throw new ForkdError("requirement_missing", { requirement: "network", why, mend: "take netns" });
    },
    adopt: async ({ mode, sandboxId, egress }, options) =>
      mode === "netns" ? await netns.adopt(sandboxId, egress, options) : undefined,
    removeStale: (keep) => netns.removeStale(keep),
    [Symbol.asyncDispose]: () => netns[Symbol.asyncDispose](),
  };
}
