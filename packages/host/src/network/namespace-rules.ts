import type { EgressPolicy } from "@forkd/core";
import { GATEWAY_4, GATEWAY_6, GUEST_4, GUEST_6, GUEST_MAC, TAP, UPLINK } from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import { REFUSE, egressRules } from "./egress-rules.ts";
import { LINK, LINK_RANGE } from "./links/link-plan.ts";
import { askedRules, askingRules, refilled } from "./names/name-rules.ts";

/** What a guest may have open at once: each connection takes memory of the host's kernel. */
export const MAX_CONNECTIONS = 4096;

/** What the namespace itself is sent. */
const OWN = [
  `iifname "${TAP}" ip daddr ${GATEWAY_4} icmp type echo-request accept`,
  `iifname "${TAP}" ip6 daddr ${GATEWAY_6} icmpv6 type echo-request accept`,
  "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
  "ct state related accept",
];

/**
 * The nftables of a namespace that is closed, but for the members of a group: a link to one may be there later. What the guest sends is taken for its own by its addresses alone; a connection that it
 * opened is held to the policy with each packet, so that a change of it holds for those that are open.
 */
export function namespaceRules({ inside4, inside6 }: NamespacePlan): string {
  return `
table inet forkd {
  chain guard {
    type filter hook prerouting priority raw; policy accept;
    iifname "${TAP}" ether saddr != ${GUEST_MAC} drop
    iifname "${TAP}" ip saddr != ${GUEST_4} drop
    iifname "${TAP}" ip6 saddr != { ${GUEST_6}, fe80::/64, :: } drop
  }
  chain lead_in {
    type nat hook prerouting priority dstnat;
    iifname "${UPLINK}" ip daddr ${inside4} dnat ip to ${GUEST_4}
    iifname "${UPLINK}" ip6 daddr ${inside6} dnat ip6 to ${GUEST_6}
    iifname "${LINK}" ip daddr ${LINK_RANGE} dnat ip to ${GUEST_4}
  }
  chain lead_out {
    type nat hook postrouting priority srcnat;
    oifname { "${UPLINK}", "${LINK}" } masquerade
    iifname "${TAP}" oifname "${TAP}" masquerade
  }
  chain own {
    type filter hook input priority filter; policy drop;
    ${OWN.join("\n    ")}
  }
  chain refuse {
    ${REFUSE.join("\n    ")}
  }
  chain egress {
    ${egressRules("deny", []).join("\n    ")}
  }
  chain through {
    type filter hook forward priority filter; policy drop;
    iifname "${UPLINK}" oifname "${TAP}" accept
    iifname "${TAP}" oifname "${UPLINK}" ct state related accept
    iifname "${TAP}" oifname "${UPLINK}" ct direction reply accept
    iifname "${TAP}" oifname "${UPLINK}" ct state new ct count over ${MAX_CONNECTIONS} drop
    iifname "${TAP}" oifname "${UPLINK}" ct direction original jump egress
    iifname "${LINK}" oifname "${TAP}" accept
    iifname "${TAP}" oifname "${LINK}" ct state new ct count over ${MAX_CONNECTIONS} drop
    iifname "${TAP}" oifname "${LINK}" accept
    iifname "${TAP}" oifname "${TAP}" ct status dnat accept
  }
}
table arp forkd {
  chain guard {
    type filter hook input priority filter; policy accept;
    iifname "${TAP}" arp saddr ip != ${GUEST_4} drop
    iifname "${TAP}" arp saddr ether != ${GUEST_MAC} drop
  }
}
`;
}

/** What is in force of a network, beside its addresses. */
export interface EgressOrder {
  readonly policy: EgressPolicy;
  readonly resolvers: readonly string[];
  /** Of the name server of its own that the policy needs; undefined where it names no domain. */
  readonly nameServerPort: number | undefined;
}

/** The same of a network namespace. */
export interface NamespaceOrder extends EgressOrder {
  /** Its guest's in a group, if it is in one. */
  readonly linkAddress: string | undefined;
}

/** Puts another policy in force, between one packet and the next. */
export function changedEgressRules({
  policy,
  resolvers,
  nameServerPort: port,
  linkAddress,
}: NamespaceOrder): string {
  const fromGuest = `iifname "${TAP}"`;
  return [
    "add chain inet forkd names { type nat hook prerouting priority dstnat; }",
    ...refilled("names", [
      ...(linkAddress === undefined ? [] : linkedRules(fromGuest, linkAddress)),
      ...askingRules(fromGuest, port),
    ]),
    ...refilled("own", [...OWN, ...askedRules(fromGuest, port)]),
    ...refilled("egress", egressRules(policy, resolvers)),
  ].join("\n");
}

/** A guest reaches itself as its siblings do; and these may be name servers of their own. */
function linkedRules(fromGuest: string, linkAddress: string): string[] {
  const own = `${fromGuest} ip daddr ${linkAddress} dnat ip to ${GUEST_4}`;
  return [own, `${fromGuest} ip daddr ${LINK_RANGE} accept`];
}
