import type { SandboxForkRequest } from "@forkd/contract";
import type { NetworkChoice } from "../ports/network.ts";

/** The network that a fork asks for, in whichever words. */
export function wantedNetwork({
  network,
  per_child_netns: netns,
}: Pick<SandboxForkRequest, "network" | "per_child_netns">): NetworkChoice {
  return netns ? { ...network, mode: "netns" } : network;
}
