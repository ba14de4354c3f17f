import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { CardBackend, NetworkLease, NetworkMode, Networks } from "../ports/network.ts";
import type { CallOptions } from "../ports/options.ts";
import type { MachineSource } from "./machine-source.ts";

const CARD_KINDS: Readonly<Record<NetworkMode, CardBackend["kind"]>> = {
  none: "none",
  user: "stream",
  netns: "tap",
};

/** What the cards of a source's children are connected to. */
export function cardKindOf({ network }: Pick<MachineSource, "network">): CardBackend["kind"] {
  return CARD_KINDS[network?.mode ?? "none"];
}

/** The network of a machine that is to have one. Throws `snapshot_without_card`, and what leasing throws. */
export async function leaseNetwork(
  networks: Networks,
  { snapshot, network, tenant = null }: MachineSource,
  sandboxId: SandboxId,
  options: CallOptions,
): Promise<NetworkLease | undefined> {
  if (network === undefined || network.mode === "none") return undefined;
  if (!snapshot.manifest.devices.some(({ kind }) => kind === "network-card"))
    throw new ForkdError("snapshot_without_card", { tag: snapshot.tag });
  return await networks.lease({ ...network, sandboxId, tenant }, options);
}

/** That of a machine which an earlier daemon left. Throws what adopting throws, and when it has none any more. */
export async function adoptNetwork(
  networks: Networks,
  { id: sandboxId, network, tenant }: Pick<SandboxRecord, "id" | "network" | "tenant">,
  options: CallOptions,
): Promise<NetworkLease | undefined> {
  if (network.mode === "none") return undefined;
  const lease = await networks.adopt({ ...network, sandboxId, tenant }, options);
  if (!lease) throw new Error("the network that it had is gone");
  return lease;
}
