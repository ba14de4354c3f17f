import type { NetworkLease } from "@forkd/core";
import { FakeGuest } from "./fake-guest.ts";
import type { TestNetworks, orderOf } from "./test-networks.ts";

/** A guest in a network of its own; disposal ends both. */
export interface NetworkedGuest extends AsyncDisposable {
  readonly lease: NetworkLease;
  readonly guest: FakeGuest;
}

export async function enterNetwork(
  all: TestNetworks,
  ...order: Parameters<typeof orderOf>
): Promise<NetworkedGuest> {
  const lease = await all.lease(...order);
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
