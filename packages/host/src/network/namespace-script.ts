import {
  GATEWAY_4,
  GATEWAY_6,
  GUEST_4,
  GUEST_6,
  GUEST_MAC,
  HOST_LINK_PREFIX,
  MTU,
  TAP,
  UPLINK,
} from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import { namespaceRules } from "./namespace-rules.ts";

/** Lines for `ip -batch` that make a namespace and a pair of links between it and the host. */
export function creationLines({ name, hostLink, host4, host6 }: NamespacePlan, hasIpv6: boolean): string[] {
  return [
    `netns add ${name}`,
    `link add ${hostLink} mtu ${MTU} type veth peer name ${UPLINK} netns ${name}`,
    `addr add ${host4}/31 dev ${hostLink}`,
    ...(hasIpv6 ? [`addr add ${host6}/127 dev ${hostLink} nodad`] : []),
    `link set ${hostLink} up`,
  ];
}

/** Lines that remove all of it; the first fails where nothing but the namespace was made. */
export function removalLines(name: string): string[] {
  return [`link del ${name.replace("forkd-child-", HOST_LINK_PREFIX)}h`, `netns del ${name}`];
}

/** What a shell in the namespace does to make it ready: the rules first, so that no frame passes without them. */
export function setUpScript(plan: NamespacePlan, hasIpv6: boolean): string {
  const settings = [
    "ipv4/ip_forward=1",
    "ipv4/conf/all/rp_filter=1",
    // What a guest sends to itself by its address in a group comes back by the same link.
    "ipv4/conf/all/send_redirects=0",
    "ipv4/conf/default/send_redirects=0",
    ...(hasIpv6 ? ["ipv6/conf/all/forwarding=1", "ipv6/conf/default/accept_ra=0"] : []),
  ].map((setting) => setting.split("="));
  return `set -e
${settings.map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`).join("\n")}
nft -f - <<'RULES'
${namespaceRules(plan)}
RULES
ip -batch - <<'LINKS'
${insideLines(plan, hasIpv6).join("\n")}
LINKS
`;
}

function insideLines({ host4, host6, inside4, inside6 }: NamespacePlan, hasIpv6: boolean): string[] {
  return [
    "link set lo up",
    `addr add ${inside4}/31 dev ${UPLINK}`,
    `link set ${UPLINK} up`,
    `route add default via ${host4}`,
    `tuntap add dev ${TAP} mode tap vnet_hdr`,
    `addr add ${GATEWAY_4}/24 dev ${TAP}`,
    `link set ${TAP} mtu ${MTU} up`,
    `neigh add ${GUEST_4} lladdr ${GUEST_MAC} dev ${TAP} nud permanent`,
    ...(hasIpv6
      ? [
          `addr add ${inside6}/127 dev ${UPLINK} nodad`,
          `route add default via ${host6}`,
          `addr add ${GATEWAY_6}/64 dev ${TAP} nodad`,
          `neigh add ${GUEST_6} lladdr ${GUEST_MAC} dev ${TAP} nud permanent`,
        ]
      : []),
  ];
}
