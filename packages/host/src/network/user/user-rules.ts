import { networkInterfaces } from "node:os";
import type { EgressPolicy } from "@forkd/core";
import { parseRange } from "../address-range.ts";
import type { AddressRange } from "../address-range.ts";
import { REFUSE, egressRules } from "../egress-rules.ts";
import { MAX_CONNECTIONS } from "../namespace-rules.ts";

/** What all networks of this kind have in common. */
export interface UserGrounds {
  readonly resolvers: readonly string[];
  readonly hasIpv6: boolean;
}

/**
 * The nftables of the namespace in which passt(1) connects what its guest asks for. A connection is held to the policy
 * with each packet, so that a change holds for those that are open.
 */
export function userRules(policy: EgressPolicy, { resolvers }: UserGrounds): string {
  return `
table inet forkd {
  chain refuse {
    ${REFUSE.join("\n    ")}
  }
  chain egress {
    ${rulesOf(policy, resolvers).join("\n    ")}
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

/** Puts another policy in force, between one packet and the next. */
export function changedUserRules(policy: EgressPolicy, { resolvers }: UserGrounds): string {
  const rules = rulesOf(policy, resolvers).map((rule) => `add rule inet forkd egress ${rule}`);
  return ["flush chain inet forkd egress", ...rules].join("\n");
}

function rulesOf(policy: EgressPolicy, resolvers: readonly string[]): string[] {
  return egressRules(policy, resolvers, listHostAddresses());
}

/** The host's own, whatever they are: who connects to them from here would reach what is for this host alone. */
function listHostAddresses(): AddressRange[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...new Set(all.map(({ address }) => address.replace(/%.*/, "")))].map(parseRange);
}
