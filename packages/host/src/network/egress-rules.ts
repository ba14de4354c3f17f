import type { EgressPolicy } from "@forkd/core";
import { containsRange, formatRange, mergeRanges, parseRange } from "./address-range.ts";
import type { AddressRange } from "./address-range.ts";
import { CLOSED } from "./closed-ranges.ts";
import { splitPolicy } from "./names/name-patterns.ts";
import { nameRules } from "./names/name-rules.ts";

const range = (text: string): AddressRange => parseRange(text);

const EVERYTHING = ["0.0.0.0/0", "::/0"].map(range);

/** What a policy says of addresses; what is in none of these is closed, unless a name has it. */
export interface OpenRanges {
  /** Open even where they are private or the host's: named as such, or a single address. */
  readonly named: readonly AddressRange[];
  /** Open but for what is private. */
  readonly broad: readonly AddressRange[];
}

/** Throws `RangeError` for what is no range. */
export function openRanges(policy: EgressPolicy): OpenRanges {
  if (policy === "deny") return { named: [], broad: [] };
  if (policy === "allow") return { named: [], broad: EVERYTHING };
  const listed = splitPolicy(policy).ranges.map(range);
  const ranges = mergeRanges(listed);
  const isNamed = (one: AddressRange): boolean =>
    one.prefix === (one.family === 4 ? 32 : 128) || CLOSED.some((closed) => containsRange(closed, one));
  // One that a broad range contains may be named beside it.
  const named = mergeRanges(listed.filter(isNamed));
  return { named, broad: ranges.filter((one) => !isNamed(one)) };
}

/**
 * The rules of a chain that each packet goes through which a guest sends on a connection of its own. `own`: what is
 * closed beside what is private.
 */
export function egressRules(
  policy: EgressPolicy,
  resolvers: readonly string[],
  own: readonly AddressRange[] = [],
): string[] {
  const { named, broad } = openRanges(policy);
  const { names } = splitPolicy(policy);
  // Where names are allowed, a name server of the network's own answers, and no other can be asked.
  const dns = policy === "deny" || names.length > 0 ? [] : resolvers.map(range);
  return [
    ...matchDestination(dns, "meta l4proto { tcp, udp } th dport 53 accept"),
    ...matchDestination(named, "accept"),
    ...matchDestination(mergeRanges([...CLOSED, ...own]), "jump refuse"),
    ...nameRules(names),
    ...matchDestination(broad, "accept"),
    "jump refuse",
  ];
}

/** A program hears of it at once, over whatever it speaks. */
export const REFUSE = ["meta l4proto tcp reject with tcp reset", "reject with icmpx admin-prohibited"];

/** A rule for each family that has some of these ranges. */
export function matchDestination(ranges: readonly AddressRange[], verdict: string): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const elements = ranges.filter((one) => one.family === family).map(formatRange);
    const protocol = family === 4 ? "ip" : "ip6";
    return elements.length === 0 ? [] : [`${protocol} daddr { ${elements.join(", ")} } ${verdict}`];
  });
}
