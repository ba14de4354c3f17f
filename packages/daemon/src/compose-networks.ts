import { ForkdError } from "@forkd/contract";
import type { NetworkLease, NetworkNamespaces, Networks } from "@forkd/core";
import { NetnsNetworks } from "@forkd/host";
import type { DaemonConfig } from "./config.ts";

/** The networks of this daemon's machines. Disposal removes those that no machine has. */
export interface DaemonNetworks extends Networks, AsyncDisposable {
  readonly namespaces: NetworkNamespaces;
  /** Removes what an earlier daemon left, but for these machines'. */
  removeStale(keep: ReadonlySet<string>): Promise<void>;
}

export function composeNetworks(
  { dataDir, netnsPool: poolSize, netnsRange: range }: DaemonConfig,
  onError: (error: unknown) => void,
): DaemonNetworks {
  const netns = new NetnsNetworks({ dataDir, poolSize, range, onError });
  return {
    lease: async (order, options): Promise<NetworkLease> => {
      if (order.mode === "netns") return await netns.lease(order, options);
      throw new ForkdError("unsupported_option", {
        option: `network.mode ${order.mode}`,
        why: "there is no network without root in this version",
        instead: "use netns with a daemon that runs as root, or published ports, which need no network",
      });
    },
    adopt: async ({ mode, sandboxId, egress }, options) =>
      mode === "netns" ? await netns.adopt(sandboxId, egress, options) : undefined,
    namespaces: netns,
    removeStale: (keep) => netns.removeStale(keep),
    [Symbol.asyncDispose]: () => netns[Symbol.asyncDispose](),
  };
}
