import { markOf } from "./name-patterns.ts";

const FAMILIES = [4, 6] as const;
const TABLE = "inet forkd";
/** What a guest may ask, for its daemon hears each. */
const RATE = "limit rate 100/second burst 200 packets";

export type Family = (typeof FAMILIES)[number];

/** The set of nftables with the addresses that a name was learned to have. */
export function nameSet(pattern: string, family: Family): string {
  return `name_${markOf(pattern).toString(16)}_${family}`;
}

/** Lines that make the sets of these names; none is changed that is there. */
export function nameSetLines(names: readonly string[]): string[] {
  return eachSet(names).map(
    ({ set, family }) => `add set ${TABLE} ${set} { type ipv${family}_addr; flags timeout; }`,
  );
}

/** Lines that remove them, once no rule has them. */
export function removedNameSetLines(names: readonly string[]): string[] {
  return eachSet(names).map(({ set }) => `delete set ${TABLE} ${set}`);
}

/**
 * Rules that let through what goes to an address of a name. A connection is marked with the name by which it was opened,
 * so that it lasts as long as that is allowed, and not only as long as the address is known.
 */
export function nameRules(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `ct mark { ${names.map(markOf).join(", ")} } accept`,
    ...eachSet(names).map(
      ({ set, family, mark }) => `${family === 4 ? "ip" : "ip6"} daddr @${set} ct mark set ${mark} accept`,
    ),
  ];
}

/** Lines that hold these addresses to be those of a name for so many seconds from now. */
export function learnedLines(set: string, addresses: readonly string[], seconds: number): string[] {
  // An element that is there keeps the time that it had.
  const known = `${TABLE} ${set} { ${addresses.join(", ")} }`;
  const timed = addresses.map((address) => `${address} timeout ${seconds}s`);
  return [
    `add element ${known}`,
    `delete element ${known}`,
    `add element ${TABLE} ${set} { ${timed.join(", ")} }`,
  ];
}

/** Leads what is asked of any name server to one at this port. */
export function askingRules(from: string, port: number | undefined): string[] {
  return port === undefined ? [] : [`${from} udp dport 53 redirect to :${port}`];
}

/** Lets that in, as fast as it may come. */
export function askedRules(from: string, port: number | undefined): string[] {
  if (port === undefined) return [];
  const asked = `${from} udp dport ${port} ct status dnat`;
  return [`${asked} ${RATE} accept`, `${asked} drop`];
}

/** Lines that have a chain hold these rules and no others. */
export function refilled(chain: string, rules: readonly string[]): string[] {
  return [`flush chain ${TABLE} ${chain}`, ...rules.map((rule) => `add rule ${TABLE} ${chain} ${rule}`)];
}

function eachSet(names: readonly string[]): { set: string; family: Family; mark: number }[] {
  return names.flatMap((name) =>
    FAMILIES.map((family) => ({ set: nameSet(name, family), family, mark: markOf(name) })),
  );
}
