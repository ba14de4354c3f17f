import type { AddressRange } from "../address-range.ts";
import { REFUSE, egressRules } from "../egress-rules.ts";
import { askedRules, askingRules, refilled } from "../names/name-rules.ts";
import { MAX_CONNECTIONS } from "../namespace-rules.ts";
import type { EgressOrder } from "../namespace-rules.ts";

/** What all networks of this kind have in common. */
export interface UserGrounds {
  readonly resolvers: readonly string[];
  readonly hasIpv6: boolean;
}

/**
 * The nftables of the namespace in which passt(1) connects what its guest asks for. A connection is held to the policy
 * with each packet, so that a change holds for those that are open.
 */
export function userRules(): string {
  return `
table inet forkd {
  chain refuse {
    ${REFUSE.join("\n    ")}
  }
  chain egress {
    ${egressRules("deny", []).join("\n    ")}
  }
  chain leave {
    type filter hook output priority filter; policy accept;
    oifname "lo" accept
    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
    ct state new ct count over ${MAX_CONNECTIONS} drop
    jump egress
  }
}
`;
}

/** Puts another policy in force, between one packet and the next. `own`: the addresses of the host. */
export function changedUserRules(
  { policy, resolvers, nameServerPort: port }: EgressOrder,
  own: readonly AddressRange[],
): string {
  return [
    // By numbers: nft(8) has no names for these two there.
    "add chain inet forkd names { type nat hook output priority -100; }",
    "add chain inet forkd asked { type nat hook postrouting priority 100; }",
    ...refilled("names", askingRules('oifname != "lo"', port)),
    ...refilled("asked", fromLoopbackRules(port)),
    ...refilled("egress", [...askedRules("", port), ...egressRules(policy, resolvers, own)]),
  ].join("\n");
}

/** What is led to the loopback is answered from there only if it comes from there. */
function fromLoopbackRules(port: number | undefined): string[] {
  if (port === undefined) return [];
  const asked = `udp dport ${port} ct status dnat`;
  return [`meta nfproto ipv4 ${asked} snat ip to 127.0.0.1`, `meta nfproto ipv6 ${asked} snat ip6 to ::1`];
}
