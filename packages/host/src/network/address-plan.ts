import type { AddressRange } from "./address-range.ts";

/** What is the same in each namespace: a guest meets no other there. */
export const TAP = "forkd-tap0";
export const UPLINK = "veth0";
export const GUEST_MAC = "02:66:6b:64:00:02";
export const GATEWAY_MAC = "02:66:6b:64:00:01";
export const GUEST_4 = "10.42.0.2";
export const GATEWAY_4 = "10.42.0.1";
export const GUEST_6 = "fd66:6f72:6b64:42::2";
export const GATEWAY_6 = "fd66:6f72:6b64:42::1";
export const MTU = 1500;

/** How the host's ends of all pairs begin. */
export const HOST_LINK_PREFIX = "forkd-v-";
/** What IPv6 addresses of namespaces have in common. */
export const TRANSIT_6 = "fd66:6f72:6b64:43::/64";

/** How long the prefix of the range is that addresses of namespaces are taken of. */
export const TRANSIT_PREFIX = 16;
/** Two addresses for each. The first pair is left out, since its first address names the range. */
export const MAX_NAMESPACES = 2 ** (32 - TRANSIT_PREFIX - 1) - 1;

/** The names and addresses of one namespace. */
export interface NamespacePlan {
  readonly index: number;
  readonly name: string;
  /** The host's end of the pair that leads there, with its addresses. */
  readonly hostLink: string;
  readonly host4: string;
  readonly host6: string;
  /** What leads to its guest. */
  readonly inside4: string;
  readonly inside6: string;
}

/** Plans the namespace of this index, from 1 on, in a range of 65,536 addresses. */
export function planNamespace(index: number, transit: AddressRange): NamespacePlan {
  const [first = "", second = ""] = transit.address.split(".");
  const address4 = (offset: number): string => `${first}.${second}.${offset >> 8}.${offset & 255}`;
  const address6 = (offset: number): string => TRANSIT_6.replace("/64", offset.toString(16));
  return {
    index,
    name: `forkd-child-${index}`,
    hostLink: `${HOST_LINK_PREFIX}${index}h`,
    host4: address4(2 * index),
    host6: address6(2 * index),
    inside4: address4(2 * index + 1),
    inside6: address6(2 * index + 1),
  };
}
