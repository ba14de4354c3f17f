import { formatRange } from "./address-range.ts";
import type { AddressRange } from "./address-range.ts";
import { HOST_LINK_PREFIX, TRANSIT_6 } from "./address-plan.ts";
import { REFUSE, matchDestination } from "./egress-rules.ts";

const OURS = `"${HOST_LINK_PREFIX}*"`;
const TABLE = "inet forkd";
const OPENED = "iifname vmap @opened";

const CHAINS: Readonly<Record<string, { readonly hook: string; readonly rules: readonly string[] }>> = {
  input: {
    hook: "type filter hook input priority filter - 5; policy accept;",
    rules: [
      `iifname != ${OURS} accept`,
      "ct state established,related accept",
      "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
      OPENED,
      ...REFUSE,
    ],
  },
  forward: {
    hook: "type filter hook forward priority filter - 5; policy accept;",
    rules: [
      // Namespaces are reached from this host, not through it.
      `iifname != ${OURS} oifname ${OURS} ct state new drop`,
      `iifname != ${OURS} accept`,
      "ip saddr != @transit4 drop",
      `ip6 saddr != ${TRANSIT_6} drop`,
      `oifname != ${OURS} accept`,
      "ct state established,related accept",
      OPENED,
      ...REFUSE,
    ],
  },
  leave: {
    hook: "type nat hook postrouting priority srcnat; policy accept;",
    rules: [
      `ip saddr @transit4 oifname != ${OURS} masquerade`,
      `ip6 saddr ${TRANSIT_6} oifname != ${OURS} masquerade`,
    ],
  },
};

/**
 * The host's own table, for all namespaces of all daemons: it keeps them from each other and from the host, but for
 * what is opened to one by name. Loading it again changes nothing.
 */
export function hostRules(transit: AddressRange): string {
  return [
    `add table ${TABLE}`,
    `add set ${TABLE} transit4 { type ipv4_addr; flags interval; }`,
    `add map ${TABLE} opened { type ifname : verdict; }`,
    ...Object.entries(CHAINS).flatMap(([name, { hook, rules }]) => [
      `add chain ${TABLE} ${name} { ${hook} }`,
      `flush chain ${TABLE} ${name}`,
      ...rules.map((rule) => `add rule ${TABLE} ${name} ${rule}`),
    ]),
    `add element ${TABLE} transit4 { ${formatRange(transit)} }`,
  ].join("\n");
}

/** Opens these addresses of the host and of other namespaces to one, and no others any more. */
export function openingRules(index: number, ranges: readonly AddressRange[]): string {
  const { chain, element } = openingOf(index);
  const rules = matchDestination(ranges, "accept").map((rule) => `add rule ${chain} ${rule}`);
  const close = [`delete element ${element}`, `flush chain ${chain}`, `delete chain ${chain}`];
  const begin = [`add chain ${chain}`, `flush chain ${chain}`, `add element ${element}`];
  return [...begin, ...(rules.length === 0 ? close : rules)].join("\n");
}

function openingOf(index: number): { chain: string; element: string } {
  const chain = `opened_${index}`;
  const link = `"${HOST_LINK_PREFIX}${index}h"`;
  return { chain: `${TABLE} ${chain}`, element: `${TABLE} opened { ${link} : jump ${chain} }` };
}
