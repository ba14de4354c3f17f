import type { SandboxId } from "@forkd/contract";
import type { CallOptions } from "./options.ts";

/**
 * What a machine's network card is connected to. `none`: to nothing. `tap`: to a tap device that exists in a network
 * namespace, such as `/run/netns/forkd-child-1`, and that no other machine has. `stream`: to the one that listens at a
 * unix socket, and speaks Ethernet frames with their length before each, four bytes in network order: passt.
 */
export type CardBackend =
  | { readonly kind: "none" }
  | { readonly kind: "tap"; readonly netnsPath: string; readonly device: string }
  | { readonly kind: "stream"; readonly socketPath: string };

/** What the card of a machine is connected to that was given no other. */
export const NO_BACKEND: CardBackend = { kind: "none" };

/** What a guest is on its network. The agent sets it before the first request. */
export interface GuestNetwork {
  /** Such as `52:54:00:12:34:56`. */
  readonly mac: string;
  /** With the length of the prefix: `10.42.0.2/24`, `fd42::2/64`. */
  readonly addresses: readonly string[];
  /** One of IPv4 and one of IPv6 at most, each in the network of an address. */
  readonly gateways: readonly string[];
  /** Addresses of name servers. */
  readonly resolvers: readonly string[];
  readonly mtu: number;
}

/** `none`: no network. `user`: one that needs no privilege. `netns`: a network namespace and a tap of the machine's own. */
export type NetworkMode = "none" | "user" | "netns";

/**
 * What a guest may reach of the world. `deny`: nothing. `allow`: what is public. Else these networks and addresses, such
 * as `203.0.113.0/24`, and what names such as `example.com` and `*.example.com` turn out to be; what is private, or the
 * host's own, is open only where its addresses are named as such.
 */
export type EgressPolicy = "allow" | "deny" | readonly string[];

/** A kind of network, and what is to be reached by it. */
export interface NetworkChoice {
  readonly mode: NetworkMode;
  readonly egress: EgressPolicy;
  /** The group whose members it reaches, and they it; none: null. Only in the mode `netns`. */
  readonly link?: string | null;
}

/** A network that is wanted for a machine. */
export interface NetworkOrder extends NetworkChoice {
  readonly sandboxId: SandboxId;
  /** Whose it is: a group is one tenant's. */
  readonly tenant: string | null;
}

/** A network that a machine has, until it is disposed of: after the machine has ended. */
export interface NetworkLease extends AsyncDisposable {
  readonly mode: NetworkMode;
  readonly backend: CardBackend;
  /** What the guest is to be; none where it has no network. */
  readonly guest: GuestNetwork | undefined;
  /** The name of its network namespace, if it has one. */
  readonly netns: string | undefined;
  /** Where the host reaches the guest, if it does. */
  readonly address: string | undefined;
  /** Where the members of its group reach it, if it is in one. */
  readonly linkAddress: string | undefined;
  /** Changes what the guest may reach, for connections that are open too. Throws `network_failed`, `cancelled`. */
  setEgress(policy: EgressPolicy, options: CallOptions): Promise<void>;
}

/** Networks for machines. */
export interface Networks {
  /** The mode is not `none`. Throws `requirement_missing`, `network_failed`, `out_of_resources`, `cancelled`. */
  lease(order: NetworkOrder, options: CallOptions): Promise<NetworkLease>;
  /** The one that a machine of an earlier daemon has, with this policy in force; undefined where it has none. */
  adopt(order: NetworkOrder, options: CallOptions): Promise<NetworkLease | undefined>;
}
