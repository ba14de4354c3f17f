import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { NetworkLease, NetworkNamespaces, Networks } from "@forkd/core";
import { NetnsNetworks, UserNetworks, createMachineUsers } from "@forkd/host";
import type { DaemonConfig } from "./config.ts";

/** The networks of this daemon's machines. Disposal removes those that no machine has. */
export interface DaemonNetworks extends Networks, AsyncDisposable {
  readonly namespaces: NetworkNamespaces;
  /** Removes what an earlier daemon left, but for these machines'. */
  removeStale(keep: ReadonlySet<string>): Promise<void>;
}

/** Each takes some 60 MiB of memory. */
const MOST_READY_USER_NETWORKS = 2;

interface Told {
  readonly onError: (error: unknown) => void;
  /** What a sandbox is called now. */
  readonly nameOf: (id: SandboxId) => string | null;
}

export function composeNetworks(
  { dataDir, netnsPool: poolSize, netnsRange: range, nameServers, uidBase }: DaemonConfig,
  { onError, nameOf }: Told,
): DaemonNetworks {
  const netns = new NetnsNetworks({ dataDir, poolSize, range, nameServers, nameOf, onError });
  const nextUid = process.getuid?.() === 0 ? createMachineUsers(uidBase) : undefined;
  const readyUserNetworks = Math.min(poolSize, MOST_READY_USER_NETWORKS);
  const user = new UserNetworks({ dataDir, poolSize: readyUserNetworks, nextUid, nameServers, onError });
  return {
    lease: async (order, options): Promise<NetworkLease> => {
      switch (order.mode) {
        case "netns":
          return await netns.lease(order, options);
        case "user":
          return await user.lease(order, options);
        case "none":
          throw new ForkdError("internal", { reason: "no network is no order" });
      }
    },
    adopt: async (order, options) => {
      const { mode, sandboxId, egress } = order;
      if (mode === "none") return undefined;
      return await (mode === "netns" ? netns.adopt(order, options) : user.adopt(sandboxId, egress, options));
    },
    namespaces: netns,
    removeStale: async (keep) => void (await Promise.all([netns.removeStale(keep), user.removeStale(keep)])),
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all([netns[Symbol.asyncDispose](), user[Symbol.asyncDispose]()])),
  };
}
