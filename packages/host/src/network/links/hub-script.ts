import { MTU } from "../address-plan.ts";
import { HUB_4, LINK, LINK_RANGE, MEMBERS } from "./link-plan.ts";
import type { MemberPlan } from "./link-plan.ts";

/**
 * The nftables of a group's namespace. Each link may send what is from its member's address alone, and only to another
 * link: there is no bridge on which members could meet below that. It needs no record of connections.
 */
function hubRules(): string {
  const pairs = MEMBERS.map(({ hubLink, address }) => `"${hubLink}" . ${address}`);
  return `
add table ip forkd
delete table ip forkd
table ip forkd {
  set members {
    type ifname . ipv4_addr
    elements = { ${pairs.join(", ")} }
  }
  chain guard {
    type filter hook prerouting priority raw; policy drop;
    iifname . ip saddr @members accept
  }
  chain own {
    type filter hook input priority filter; policy drop;
  }
}
`;
}

/** What a shell in a group's namespace does to make it ready, whatever is there of it: the rules first. */
export function hubScript(hasIpv6: boolean): string {
  const settings = [
    ...(hasIpv6 ? ["ipv6/conf/all/disable_ipv6=1", "ipv6/conf/default/disable_ipv6=1"] : []),
    "ipv4/conf/all/rp_filter=1",
    "ipv4/conf/all/send_redirects=0",
    "ipv4/conf/default/send_redirects=0",
    "ipv4/ip_forward=1",
  ].map((setting) => setting.split("="));
  return `set -e
nft -f - <<'RULES'
${hubRules()}
RULES
${settings.map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`).join("\n")}
ip link set lo up
ip address replace ${HUB_4}/32 dev lo
`;
}

/** Lines for `ip -batch` in a group's namespace that lay a link to that of a member. */
export function hubLines({ hubLink, address }: MemberPlan, netns: string): string[] {
  return [
    `link add ${hubLink} mtu ${MTU} type veth peer name ${LINK} netns ${netns}`,
    `link set ${hubLink} up`,
    `route add ${address} dev ${hubLink}`,
  ];
}

/** Lines for a member's namespace, which has rules for the link since it was made. */
export function memberLines({ address }: MemberPlan): string[] {
  return [
    `link set ${LINK} addrgenmode none`,
    `addr add ${address}/32 dev ${LINK}`,
    `link set ${LINK} up`,
    `route add ${HUB_4} dev ${LINK}`,
    `route add ${LINK_RANGE} via ${HUB_4}`,
  ];
}
