import type { EgressPolicy, NetworkLease } from "@forkd/core";
import { FakeGuest } from "./fake-guest.ts";
import type { TestNetworks } from "./test-networks.ts";

/** A guest in a network of its own; disposal ends both. */
export interface NetworkedGuest extends AsyncDisposable {
  readonly lease: NetworkLease;
  readonly guest: FakeGuest;
}

export async function enterNetwork(
  all: TestNetworks,
  name: string,
  egress?: EgressPolicy,
): Promise<NetworkedGuest> {
  const lease = await all.lease(name, egress);
  const guest = new FakeGuest(lease);
  return {
    lease,
    guest,
    async [Symbol.asyncDispose]() {
      guest[Symbol.dispose]();
      await lease[Symbol.asyncDispose]();
    },
  };
}
